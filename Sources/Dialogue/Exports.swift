/// Public declarations of this module use `Texts` and `ExactText`, so whoever imports the module gets them too.
@_exported public import Exact
