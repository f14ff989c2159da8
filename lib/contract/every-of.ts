/** A list of all values of a union, in this order: one that lacks a value or has another one does not compile. */
export function everyOf<Union>() {
  return <const List extends readonly Union[]>(list: [Union] extends [List[number]] ? List : never): List => list;
}
