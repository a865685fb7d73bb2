// Users, conditions and diagnostics, values and names, pools and their errors: this module's public API speaks of them, so
// whoever imports it has them as well.
@_exported public import AccessProfiles
@_exported public import RecordFilter
@_exported public import RecordStore
