import { Controller, Get, Headers, type ExecutionContext } from '@nestjs/common';
import { CoalesceRequests } from 'rxjs-coalesce/nest';
import { setTimeout as delay } from 'node:timers/promises';

interface AnyRequest {
  readonly headers: { readonly authorization?: string };
}

/** Identifies the user. A request without a token is not shared. */
function token(context: ExecutionContext): string | undefined {
  return context.switchToHttp().getRequest<AnyRequest>().headers.authorization;
}

/** Answers that differ per user. */
@Controller('accounts')
export class AccountsController {
  #read = 0;

  /** Not shared: the requests have a token, and nothing configures that it identifies the user. */
  @Get('careful')
  careful(@Headers('authorization') authorization: string) {
    return this.#account(authorization);
  }

  /** Shared by the requests of one user. */
  @Get('mine')
  @CoalesceRequests({ keyFn: token })
  mine(@Headers('authorization') authorization: string) {
    return this.#account(authorization);
  }

  async #account(authorization: string) {
    const read = ++this.#read;
    await delay(1000);
    return { of: authorization, read };
  }
}
