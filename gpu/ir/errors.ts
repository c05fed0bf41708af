/** The one error of the IR: an operation whose operands, attributes or place do not fit. */

export interface IrErrorPlace {
  /** The op's name. */
  readonly op?: string;
  /** Path of the node instance that the operation comes from. */
  readonly origin?: string;
}

/** What is wrong with an operation, and where: `blocks.0.mlp.fc1: linear: weight has 768 columns, input has 64`. */
export class IrError extends Error {
  /** What is wrong, without the place. */
  readonly reason: string;
  readonly place: IrErrorPlace;

  constructor(reason: string, place: IrErrorPlace = {}) {
    super([place.origin, place.op, reason].filter((part) => part).join(': '));
    this.name = 'IrError';
    this.reason = reason;
    this.place = place;
  }

  /** The same error with its place completed; what is known already is kept. */
  static located(error: IrError, place: IrErrorPlace): IrError {
    return new IrError(error.reason, { ...place, ...error.place });
  }
}
