/// Public declarations of this module use `Texts` and `ExactText`, so importing the module imports them too.
@_exported public import Exact
