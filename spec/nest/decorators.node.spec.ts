import { Controller, Get, Injectable, Module, Param, SetMetadata, UseGuards, UseInterceptors } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { map, of, type Observable } from 'rxjs';
import { Coalesce, CoalesceAsync } from '../../src/index.js';
import { startNest, stopNest, type Platform } from '../support/nest-app.js';

@Injectable()
class Deny implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

/** Lets in the users that the route names, by metadata of the handler. */
@Injectable()
class Roles implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const metadata = Reflect as unknown as { getMetadata(key: string, target: object): unknown };
    return metadata.getMetadata('role', context.getHandler()) === 'anyone';
  }
}

@Injectable()
class Exclaim implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return next.handle().pipe(map((answer) => `${String(answer)}!`));
  }
}

let runs = 0;

@Controller()
class Orders {
  @Get('route/above/:id')
  @CoalesceAsync()
  async above(@Param('id') id: string): Promise<string> {
    return shared(`above ${id}`);
  }

  @CoalesceAsync()
  @Get('route/below/:id')
  async below(@Param('id') id: string): Promise<string> {
    return shared(`below ${id}`);
  }

  @Coalesce()
  @Get('observable/:id')
  observable(@Param('id') id: string): Observable<string> {
    return of(`observable ${id}`);
  }

  @Get('guard/below')
  @CoalesceAsync()
  @UseGuards(Deny)
  async guardBelow(): Promise<string> {
    return Promise.resolve('secret');
  }

  @UseGuards(Deny)
  @CoalesceAsync()
  @Get('guard/above')
  async guardAbove(): Promise<string> {
    return Promise.resolve('secret');
  }

  @CoalesceAsync()
  @UseGuards(Deny)
  @Get('guard/both')
  async guardBoth(): Promise<string> {
    return Promise.resolve('secret');
  }

  @UseGuards(Roles)
  @CoalesceAsync()
  @SetMetadata('role', 'anyone')
  @Get('role/let-in')
  async letIn(): Promise<string> {
    return Promise.resolve('let in');
  }

  @CoalesceAsync()
  @SetMetadata('role', 'nobody')
  @UseGuards(Roles)
  @Get('role/kept-out')
  async keptOut(): Promise<string> {
    return Promise.resolve('secret');
  }

  @Get('interceptor')
  @CoalesceAsync()
  @UseInterceptors(Exclaim)
  async intercepted(): Promise<string> {
    return Promise.resolve('intercepted');
  }
}

@Module({ controllers: [Orders] })
class App {}

async function shared(answer: string): Promise<string> {
  const run = ++runs;
  await new Promise((resolve) => setTimeout(resolve, 100));
  return `${answer}, run ${run}`;
}

for (const platform of ['Express', 'Fastify'] as const satisfies Platform[]) {
  describe(`Law 5: decorated handlers of NestJS over ${platform}`, () => {
    let url: string;

    beforeAll(async () => {
      ({ url } = await startNest(platform, App));
    });
    afterAll(stopNest);

    async function get(path: string): Promise<readonly [status: number, body: string]> {
      const response = await fetch(`${url}/${path}`);
      return [response.status, await response.text()];
    }

    it('keep their routes, and share', async () => {
      for (const path of ['route/above', 'route/below']) {
        runs = 0;
        const answers = await Promise.all([get(`${path}/1`), get(`${path}/1`), get(`${path}/2`)]);
        const name = path.slice('route/'.length);
        expect(answers.map(([status]) => status))
          .withContext(path)
          .toEqual([200, 200, 200]);
        expect(new Set(answers.slice(0, 2).map(([, body]) => body)).size)
          .withContext(path)
          .toBe(1);
        expect(answers.every(([, body]) => body.startsWith(name))).toBeTrue();
        expect(runs).withContext(path).toBe(2);
      }
      expect(await get('observable/1')).toEqual([200, 'observable 1']);
    });

    it('are guarded, wherever the guard is in the order of decorators', async () => {
      for (const path of ['guard/below', 'guard/above', 'guard/both', 'role/kept-out']) {
        const [status, body] = await get(path);
        expect(status).withContext(path).toBe(403);
        expect(body).withContext(path).not.toContain('secret');
      }
      expect(await get('role/let-in')).toEqual([200, 'let in']);
    });

    it('are intercepted', async () => {
      expect(await get('interceptor')).toEqual([200, 'intercepted!']);
    });
  });
}
