/// Runs `body`; an error of a lower room becomes one of an upper.
///
/// `try rethrowing(CSVError.init(_:)) { () throws(StoreError) in try builder.image() }`
@inlinable
package func rethrowing<Lower: Error, Upper: Error, Result: ~Copyable>(
  _ convert: (Lower) -> Upper, _ body: () throws(Lower) -> Result
) throws(Upper) -> Result {
  do throws(Lower) {
    return try body()
  } catch {
    throw convert(error)
  }
}

/// An error of a lower room that says by itself what a service's user is told.
@usableFromInline
package protocol ServiceErrorConvertible: Error {
  var serviceError: ServiceError { get }
}

extension ServiceError {
  package init(_ error: some ServiceErrorConvertible) { self = error.serviceError }
}

/// Runs `body`; its errors become a service's.
///
/// `try serviceErrors { () throws(StoreError) in try statement.step() }`
@inlinable
package func serviceErrors<Failure: ServiceErrorConvertible, Result: ~Copyable>(
  _ body: () throws(Failure) -> Result
) throws(ServiceError) -> Result {
  try rethrowing({ $0.serviceError }, body)
}
