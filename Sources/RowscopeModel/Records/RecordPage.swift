/// A field as an answer shows it.
public struct RecordField: Sendable, Hashable {
  /// The key in an item: a field's name, or the relation or list that leads to related records.
  public let name: String
  /// Whether the user may see it and never write it.
  public let isReadonly: Bool
  /// Whether a value is a JSON array of members.
  public var isManyValued: Bool { presentation.isManyValued }
  package let presentation: Presentation

  /// A field whose values are shown as they are stored.
  public init(name: String, isReadonly: Bool, isManyValued: Bool) {
    self.init(
      name: name, isReadonly: isReadonly, presentation: isManyValued ? .members : .stored)
  }

  package init(name: String, isReadonly: Bool, presentation: Presentation) {
    self.name = name
    self.isReadonly = isReadonly
    self.presentation = presentation
  }
}

/// How an answer shows a field's stored values.
package enum Presentation: Sendable, Hashable {
  case stored
  /// As true or false, where a value is one of them.
  case checkbox
  /// As the canonical text, where a value is a UUID of the declared form.
  case uuid(UUIDForm?)
  /// As the array that it holds.
  case members
  /// As an array of its parts, which this byte separates.
  case delimited(UInt8)

  /// Whether a value is a list of members.
  package var isManyValued: Bool {
    switch self {
    case .members, .delimited: true
    case .stored, .checkbox, .uuid: false
    }
  }

  /// Whether a value is shown in the form in which it is stored.
  package var isStoredForm: Bool {
    switch self {
    case .stored, .members: true
    case .checkbox, .uuid, .delimited: false
    }
  }
}

/// How a UUID is stored, where all of a column's are stored alike.
package enum UUIDForm: String, Sendable, Hashable, CaseIterable {
  /// `3fdfc4f5-aeab-4d72-9c96-201e004349fa`.
  case lowerText = "text lower"
  case upperText = "text upper"
  /// `3fdfc4f5aeab4d729c96201e004349fa`.
  case lowerDigits = "digits lower"
  case upperDigits = "digits upper"
  /// A blob of 16 bytes.
  case blob
}

/// The fields of an answer, in order. All its records share one.
package final class RecordShape: Sendable {
  package let fields: [RecordField]
  /// One for each field, where some are related records; else empty.
  package let related: [Related?]
  /// Whether values are shown in another form than the stored one.
  package let isPresented: Bool
  private let names: [Name]
  /// Of many fields. A few are found sooner by looking at each, and most answers are never asked by
  /// name.
  private let positions: [Name: Int]

  /// What a field that leads to related records shows of them.
  package struct Related: Sendable {
    package let shape: RecordShape
    /// Whether the field is a list of them.
    package let isList: Bool
    /// Whether the relation's own column is selected as well: the related record begins with its
    /// key, and where there is none in reach, the field is the plain key.
    package let hasKey: Bool

    package init(shape: RecordShape, isList: Bool, hasKey: Bool) {
      self.shape = shape
      self.isList = isList
      self.hasKey = hasKey
    }
  }

  /// - Parameters:
  ///   - names: of the fields, where they are at hand.
  ///   - related: one for each field, or none.
  package init(_ fields: [RecordField], names: [Name]? = nil, related: [Related?] = []) {
    let names = names ?? fields.map { Name($0.name) }
    self.fields = fields
    self.related = related
    self.names = names
    isPresented = fields.contains { !$0.presentation.isStoredForm }
    positions =
      names.count <= 16
      ? [:] : Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
  }

  /// The position of the field of this name, without regard to ASCII case.
  package func position(of name: String) -> Int? {
    let name = Name(name)
    return positions.isEmpty ? names.firstIndex(of: name) : positions[name]
  }
}

/// One record as its user sees it.
public struct Record: Sendable {
  package let shape: RecordShape
  /// One for each of the ``fields``. That of a field with a related record is null, or the plain
  /// key, where the relation's own column is selected as well and no record is in reach.
  public let values: [Value]
  /// One for each field, where some are related records; else empty.
  package let related: [RelatedRecord]
  /// What the user may do with the record beyond seeing it, where the request asked for that
  /// (``ListRequest/may``); nil where it did not.
  ///
  /// It says what a change would be held to, the user's rights and the profile's conditions; the
  /// values of the change, and constraints and triggers of the database, may still refuse it.
  public let may: [RecordAct]?
  /// The names of the record's own fields in the answer that the user may not write in it, where
  /// the request asked for ``may`` and several profiles let that differ from record to record; else
  /// nil.
  public let readonly: [String]?
  /// The positions of the fields that the record does not show.
  package let hidden: [Int]

  /// The fields that the answer has, in its order.
  public var fields: [RecordField] { shape.fields }

  package init(
    shape: RecordShape, values: [Value], related: [RelatedRecord] = [], may: [RecordAct]? = nil,
    readonly: [String]? = nil, hidden: [Int] = []
  ) {
    self.shape = shape
    self.values = values
    self.related = related
    self.may = may
    self.readonly = readonly
    self.hidden = hidden
  }

  /// The value of the field of this name; nil where the answer has no such field, and where this
  /// record does not show it: see ``outcome(of:)``.
  public subscript(name: String) -> Value? {
    guard let position = shape.position(of: name), !hidden.contains(position) else { return nil }
    return values[position]
  }

  /// What the record shows of the field of this name; nil where the answer has no such field.
  ///
  /// A user with several profiles may see a field in some records and not in others.
  public func outcome(of name: String) -> FieldOutcome? {
    guard let position = shape.position(of: name) else { return nil }
    if hidden.contains(position) { return .hidden }
    return FieldOutcome(values[position])
  }

  /// The names of the fields of the answer that this record does not show, and of those that the
  /// one record at a path does not, as `client.phone`. Of lists, ``Page/hidden`` tells it.
  public var hiddenFields: [String] {
    var names: [String] = []
    for (position, field) in fields.enumerated() {
      if hidden.contains(position) {
        names.append(field.name)
        continue
      }
      if !related.isEmpty, case .one(let record?) = related[position] {
        names += record.hiddenFields.map { "\(field.name).\($0)" }
      }
    }
    return names
  }

  /// The related record that a selected path leads to: `client` of `client.name`. Nil where the
  /// user reaches none, and where the answer has no such field.
  public func related(_ name: String) -> Record? {
    guard case .one(let record)? = relatedRecord(name) else { return nil }
    return record
  }

  /// The list of related records of this name, as ``FieldSelection/list(_:select:sort:size:)``
  /// asked for it; nil where the answer has no such list.
  public func relatedList(_ name: String) -> Page<Record>? {
    guard case .list(let page)? = relatedRecord(name) else { return nil }
    return page
  }

  private func relatedRecord(_ name: String) -> RelatedRecord? {
    guard !related.isEmpty else { return nil }
    return shape.position(of: name).map { related[$0] }
  }
}

/// What one record shows of a field: null and hidden are never confused.
public enum FieldOutcome: Sendable, Hashable {
  /// What is stored, in the form that answers show.
  case value(Value)
  /// The record has no value.
  case null
  /// The user does not see the field in this record.
  case hidden

  package init(_ value: Value) { self = value.isNull ? .null : .value(value) }
}

/// What a field of an answer leads to.
package enum RelatedRecord: Sendable {
  /// The field is no relation.
  case none
  /// To one record, or none that the user reaches.
  indirect case one(Record?)
  case list(Page<Record>)
}

/// What an answer says beside a record.
package struct RecordNotes: Sendable {
  /// See ``Record/may``.
  package var may: [RecordAct]?
  /// See ``Record/readonly``.
  package var readonly: [String]?
  /// See ``Record/hiddenFields``; nil where every record shows everything.
  package var hidden: [String]?

  package init(may: [RecordAct]? = nil, readonly: [String]? = nil, hidden: [String]? = nil) {
    self.may = may
    self.readonly = readonly
    self.hidden = hidden
  }

  /// Whether nothing is said.
  package var isEmpty: Bool { may == nil && readonly == nil && hidden == nil }
}

/// How many records there are, whatever the page.
public struct RecordCount: Sendable, Hashable {
  /// How many; where ``isExact`` is false, the bound.
  public let value: Int
  /// False where counting stopped at a bound: there are more than `value`.
  public let isExact: Bool

  /// A count of a program's own, for a ``Page`` that it makes.
  public init(value: Int, isExact: Bool) {
    self.value = value
    self.isExact = isExact
  }
}

/// A page of a list.
public struct Page<Element: Sendable>: Sendable {
  /// In the order of the request.
  public let items: [Element]
  /// Whether there are records after these. Exact.
  public let hasMore: Bool
  /// The cursor of the page after this one, where there is more.
  public let next: String?
  /// The number of all records, where it was asked for.
  public let count: RecordCount?
  /// For each of the items, what the user may do with it beyond seeing it, where the request asked
  /// for that (``ListRequest/may``): see ``Record/may``.
  public let may: [[RecordAct]]?
  /// For each of the items, the names of the fields that the user may not write in it: see
  /// ``Record/readonly``. Nil where that is the same for each.
  public let readonly: [[String]]?
  /// For each of the items, the names of the fields that it does not show: see
  /// ``Record/hiddenFields``. Nil where each shows all.
  public let hidden: [[String]]?
  /// A fingerprint of what decided, beside the request, which records and fields these are, where
  /// the request asked for it (``ListRequest/scope``).
  ///
  /// Of two pages of one request it is the same exactly where the rules, the values that they read,
  /// the fields that are shown and the schema are the same: then only the records of the moment
  /// tell the answers apart. It is made with ``ServiceLimits/secret`` and tells nothing else.
  public let scope: String?

  /// A page of a program's own, as a test or a cache makes it.
  public init(
    items: [Element], hasMore: Bool, next: String?, count: RecordCount?, may: [[RecordAct]]? = nil,
    readonly: [[String]]? = nil, hidden: [[String]]? = nil, scope: String? = nil
  ) {
    self.scope = scope
    self.readonly = readonly.flatMap { lists in
      lists.allSatisfy { $0 == lists.first } ? nil : lists
    }
    let hidesSome = hidden?.contains { !$0.isEmpty } ?? false
    self.hidden = hidesSome ? hidden : nil
    self.items = items
    self.hasMore = hasMore
    self.next = next
    self.count = count
    self.may = may
  }
}

/// A list of related records in an answer: its `items`, and whether there are more.
extension Page: Decodable where Element: Decodable {
  private enum CodingKeys: String, CodingKey {
    case items
    case hasMore = "has_more"
  }

  /// Decodes an object with `items` and `has_more`, as an answer has it for a list of related
  /// records.
  ///
  /// Complexity: O(n) in the items.
  /// - Throws: `DecodingError` if a key is missing, and the errors of an item.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      items: try container.decode([Element].self, forKey: .items),
      hasMore: try container.decode(Bool.self, forKey: .hasMore), next: nil, count: nil)
  }
}
