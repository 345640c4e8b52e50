/** The form that every request of a kind must have, before anything of it is looked at. */
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyRequest } from 'fastify';
import { idempotencyKeyOf, WITHOUT_IDEMPOTENCY_KEY } from './idempotency.ts';
import { HttpProblem } from './problem.ts';

const TAKES_UPLOAD = 'casetrail:takes-upload';

/** The route takes multipart/form-data, to be read with `readUpload`, and nothing else. */
export const TakesUpload = () => SetMetadata(TAKES_UPLOAD, true);

@Injectable()
export class RequestFormGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws HttpProblem unsupported-media-type, idempotency-key-missing, idempotency-key-invalid */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const handler = context.getHandler();
    const takesUpload = this.reflector.get<boolean | undefined>(TAKES_UPLOAD, handler) ?? false;
    if (request.isMultipart() !== takesUpload) throw new HttpProblem('unsupported-media-type');
    const without = this.reflector.get<boolean | undefined>(WITHOUT_IDEMPOTENCY_KEY, handler);
    if (request.method === 'POST' && !without) idempotencyKeyOf(request);
    return true;
  }
}
