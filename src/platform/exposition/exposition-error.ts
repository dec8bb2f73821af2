/** What is wrong with an exposition. */
export type ExpositionProblem =
  | 'not-utf8'
  | 'too-long'
  | 'line-too-long'
  | 'name'
  | 'label'
  | 'label-twice'
  | 'value'
  | 'timestamp'
  | 'exemplar'
  | 'type'
  | 'rest'
  | 'no-end'
  | 'after-end'
  | 'protobuf'

/** Where an exposition is not what it should be. Lines and columns from 1; of protobuf, the message and its byte. */
export class ExpositionError extends Error {
  readonly problem: ExpositionProblem
  readonly line: number
  readonly column: number

  constructor(problem: ExpositionProblem, line: number, column: number) {
    super(`${problem} at ${line}:${column}`)
    this.name = 'ExpositionError'
    this.problem = problem
    this.line = line
    this.column = column
  }
}
