/** The form that every request of a kind must have, before anything of it is looked at. */
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyRequest } from 'fastify';
import { idempotencyKeyOf, WITHOUT_IDEMPOTENCY_KEY } from './idempotency.ts';
import { shownName } from './json-body.ts';
import { HttpProblem } from './problem.ts';
import { type RouteForm, routeFormOf } from './route-form.ts';

const TAKES_UPLOAD = 'casetrail:takes-upload';

/** The route takes multipart/form-data, to be read with `readUpload`, and nothing else. */
export const TakesUpload = () => SetMetadata(TAKES_UPLOAD, true);

@Injectable()
export class RequestFormGuard implements CanActivate {
  readonly #forms = new Map<object, RouteForm>();

  constructor(private readonly reflector: Reflector) {}

  /**
   * @throws HttpProblem unsupported-media-type, idempotency-key-missing, idempotency-key-invalid;
   *   unknown-parameter, unknown-field, invalid-body where the route takes no query or no body
   */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const handler = context.getHandler();
    const takesUpload = this.reflector.get<boolean | undefined>(TAKES_UPLOAD, handler) ?? false;
    if (request.isMultipart() !== takesUpload) throw new HttpProblem('unsupported-media-type');
    const without = this.reflector.get<boolean | undefined>(WITHOUT_IDEMPOTENCY_KEY, handler);
    if (request.method === 'POST' && !without) idempotencyKeyOf(request);
    const { takesBody, takesQuery } = this.#formOf(context.getClass(), handler);
    if (!takesQuery) refuseMembers(request.query as object, 'unknown-parameter');
    if (!takesBody && !takesUpload) refuseBody(request.body);
    return true;
  }

  #formOf(controller: object, handler: { name: string }): RouteForm {
    const known = this.#forms.get(handler) ?? routeFormOf(controller, handler.name);
    this.#forms.set(handler, known);
    return known;
  }
}

function refuseMembers(members: object, code: 'unknown-parameter' | 'unknown-field'): void {
  const [name] = Object.keys(members);
  if (name === undefined) return;
  throw new HttpProblem(code, { fields: [{ field: shownName(name), rule: 'unknown' }] });
}

/** An empty object is what many clients send for nothing. */
function refuseBody(body: unknown): void {
  if (body === undefined) return;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpProblem('invalid-body');
  refuseMembers(body, 'unknown-field');
}
