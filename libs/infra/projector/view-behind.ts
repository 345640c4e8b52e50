import { type Position } from '#kernel/position';

/** The view has not reached the position in time. Asking again later is right. */
export class ViewBehind extends Error {
  readonly code = 'view-behind';
  readonly retryable = true;
  override readonly name = 'ViewBehind';

  readonly view: string;
  readonly position: Position;
  readonly reached: Position;

  constructor(view: string, position: Position, reached: Position) {
    super(`The view ${view} has not reached the position yet.`);
    this.view = view;
    this.position = position;
    this.reached = reached;
  }
}
