/// `Texts` and `ExactText` stand all over the interface of this module: whoever imports it has them too.
@_exported public import Exact
