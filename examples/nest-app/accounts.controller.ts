import { Controller, Get, Headers, type ExecutionContext } from '@nestjs/common';
import { CoalesceRequests } from 'rxjs-coalesce/nest';
import { setTimeout as delay } from 'node:timers/promises';

interface AnyRequest {
  readonly headers: { readonly authorization?: string };
}

/** Who asks. Without it a request is answered by itself. */
function token(context: ExecutionContext): string | undefined {
  return context.switchToHttp().getRequest<AnyRequest>().headers.authorization;
}

/** What differs from user to user. */
@Controller('accounts')
export class AccountsController {
  #read = 0;

  /** Never shared: it is asked for with a token, and nothing is said of it. */
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
