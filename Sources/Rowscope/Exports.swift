// The values that go in and out: who imports this module has them as well.
@_exported public import RowscopeModel
