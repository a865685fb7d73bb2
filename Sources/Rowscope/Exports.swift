// Re-export the model, so that clients need only one import.
@_exported public import RowscopeModel
