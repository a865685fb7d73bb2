import AccessProfiles

extension Condition {
  /// Parses a condition as written on the command line: a field, an operator, a value.
  ///
  /// ```swift
  /// let open = try Condition("status in Open, Doing")
  /// let page = try await service.list(
  ///   ListRequest(table: "tasks", where: Condition("priority >= 4") && open), as: ana)
  /// ```
  ///
  /// `@id_user` and the other references stand for the user's own values. The text never becomes
  /// part of any SQL: values are bound, and names are resolved among the fields that the user sees.
  ///
  /// Complexity: O(n) in the bytes of the text.
  /// - Throws: `invalid_request` if the text is not a condition, with a hint.
  public init(_ text: String) throws(ServiceError) {
    do throws(ConditionTextError) {
      try self.init(text: text)
    } catch {
      throw ServiceError(.invalidRequest, "in the condition, \(error.message)", hint: error.help)
    }
  }
}
