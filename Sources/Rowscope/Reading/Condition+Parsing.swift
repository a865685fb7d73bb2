import AccessProfiles

extension Condition {
  /// A condition as it is written on the command line: a field, an operator, a value.
  ///
  /// ```swift
  /// let open = try Condition("status in Open, Doing")
  /// let page = try await service.list(
  ///   ListRequest(table: "tasks", where: Condition("priority >= 4") && open), as: ana)
  /// ```
  ///
  /// `@id_user` and the other references stand for the user's own values. The text is never a part
  /// of any SQL: values are bound, and names are looked up among what the user sees.
  ///
  /// Complexity: O(n) in the bytes of the text.
  /// - Throws: `invalid_request` for a text that is not a condition, with what would be right.
  public init(_ text: String) throws(ServiceError) {
    do throws(ConditionTextError) {
      try self.init(text: text)
    } catch {
      throw ServiceError(.invalidRequest, "in the condition, \(error.message)", hint: error.help)
    }
  }
}
