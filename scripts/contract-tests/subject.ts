/** What a describe is about: a contract's function. Its title is `Contract: function`, or `Contract: function, aspect`. */
export interface Subject {
  readonly contract: string;
  readonly name: string;
}

/** The subject that a describe's title names, if it names one of these contracts. */
export function subjectOf(title: string, contracts: ReadonlySet<string>): Subject | undefined {
  const [, contract = "", name = ""] = /^(\w+): ([^,]*)/.exec(title) ?? [];
  return contracts.has(contract) ? { contract, name } : undefined;
}
