import {
  Body,
  Catch,
  Controller,
  ForbiddenException,
  Get,
  Header,
  Headers,
  HostParam,
  HttpCode,
  HttpException,
  Inject,
  Injectable,
  Ip,
  Module,
  Next,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Query,
  Redirect,
  Res,
  Scope,
  Session,
  Sse,
  StreamableFile,
  UseFilters,
  UseGuards,
  Version,
  VersioningType,
  type ArgumentsHost,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { catchError, finalize, map, Observable, Subject, tap, throwError, timeout, TimeoutError } from 'rxjs';
import { CoalesceInterceptor, CoalesceRequests, type CoalesceInterceptorConfig } from '../../src/nest/index.js';
import { RouteInterceptor } from '../../src/nest/route-interceptor.js';
import { deferred, type Deferred } from '../support/deferred.js';
import { httpCall, type Answer, type HttpCall } from '../support/http-call.js';
import { callersOf } from '../support/in-flight.js';
import { until } from '../support/until.js';
import { APP_INTERCEPTOR, REQUEST, startNest, stopNest, type NestApp } from '../support/nest-app.js';

/** What the specs set on a response, with Express as with Fastify. */
interface AnyResponse {
  statusCode: number;
  header(name: string, value: string | string[]): void;
  getHeader(name: string): unknown;
  removeHeader(name: string): void;
  send(body: unknown): void;
}

interface AnyRequest {
  user?: unknown;
  readonly headers: Record<string, string>;
  readonly query: Record<string, string>;
  readonly params: Record<string, string>;
}

for (const platform of ['Express', 'Fastify'] as const) {
  describe(`CoalesceInterceptor over ${platform}`, () => {
    let runs: number;
    let gate: Deferred<string>;

    beforeEach(() => {
      runs = 0;
      gate = deferred();
    });

    afterEach(stopNest);

    /** A run that answers when the spec opens the gate. */
    async function answer<T>(value: T | (() => T)): Promise<T> {
      runs++;
      await gate.promise;
      return typeof value === 'function' ? (value as () => T)() : value;
    }

    /** Starts an application of one controller behind the interceptor. */
    async function serve(
      controller: Type,
      config?: CoalesceInterceptorConfig,
      ...around: readonly NestInterceptor[]
    ): Promise<NestApp & { readonly interceptor: CoalesceInterceptor }> {
      const interceptor = new CoalesceInterceptor(config);
      const served = await startNest(platform, moduleOf(controller), (app) =>
        app.useGlobalInterceptors(...around, interceptor),
      );
      return { ...served, interceptor };
    }

    /** Sends requests, and opens the gate when so many wait for the one run. */
    async function together(
      { interceptor }: { readonly interceptor: CoalesceInterceptor },
      ...calls: HttpCall[]
    ): Promise<Answer[]> {
      await callersOf(interceptor.inFlight, calls.length);
      gate.resolve('open');
      return Promise.all(calls);
    }

    /** Sends requests, and opens the gate when each has a run of its own. */
    async function apart(...calls: HttpCall[]): Promise<Answer[]> {
      await until(() => runs === calls.length);
      gate.resolve('open');
      return Promise.all(calls);
    }

    describe('which requests share', () => {
      @Controller('cats')
      class CatsController {
        @Get()
        list(@Query('page') page?: string) {
          return answer({ page });
        }

        @Get('other')
        other() {
          return answer('other');
        }

        @Get(':id')
        cat(@Param('id', ParseIntPipe) id: number) {
          return answer({ id });
        }

        @Post()
        create(@Body() body: unknown) {
          return answer({ body });
        }
      }

      it('should run a handler once for equal requests that overlap', async () => {
        const served = await serve(CatsController);
        const calls = [1, 2, 3].map(() => httpCall(`${served.url}/cats/7`));
        const answers = await together(served, ...calls);
        expect(answers.map(({ status, text }) => [status, text])).toEqual(
          Array.from({ length: 3 }, () => [200, '{"id":7}']),
        );
        expect(runs).toBe(1);
        expect(served.interceptor.inFlight.size).toBe(0);
      });

      it('should run it afresh once it has answered', async () => {
        const { url } = await serve(CatsController);
        gate.resolve('open');
        await httpCall(`${url}/cats/7`);
        await httpCall(`${url}/cats/7`);
        expect(runs).toBe(2);
      });

      it('should not share between URLs, queries, handlers, hosts and methods', async () => {
        const { url } = await serve(CatsController);
        const answers = await apart(
          httpCall(`${url}/cats/7`),
          httpCall(`${url}/cats/8`),
          httpCall(`${url}/cats?page=1`),
          httpCall(`${url}/cats?page=2`),
          httpCall(`${url}/cats/other`),
          httpCall(`${url}/cats/7`, { headers: { host: 'other.example' } }),
          httpCall(`${url}/cats/7`, { method: 'HEAD' }),
        );
        expect(answers.slice(0, 4).map(({ text }) => text)).toEqual([
          '{"id":7}',
          '{"id":8}',
          '{"page":"1"}',
          '{"page":"2"}',
        ]);
      });

      it('should not coalesce requests that write', async () => {
        const { url } = await serve(CatsController);
        const post = { method: 'POST', body: { name: 'Tom' } };
        await apart(httpCall(`${url}/cats`, post), httpCall(`${url}/cats`, post));
      });

      it('should coalesce what `when` selects', async () => {
        const served = await serve(CatsController, { when: () => true });
        const post = { method: 'POST', body: { name: 'Tom' } };
        const answers = await together(
          served,
          httpCall(`${served.url}/cats`, post),
          httpCall(`${served.url}/cats`, post),
        );
        expect(answers.map(({ status, text }) => [status, text])).toEqual([
          [201, '{"body":{"name":"Tom"}}'],
          [201, '{"body":{"name":"Tom"}}'],
        ]);
      });

      it('should not share between bodies, nor if the body is not read by Nest', async () => {
        const { url } = await serve(CatsController, { when: () => true });
        await apart(
          httpCall(`${url}/cats`, { method: 'POST', body: { name: 'Tom' } }),
          httpCall(`${url}/cats`, { method: 'POST', body: { name: 'Kit' } }),
        );
        if (platform === 'Express') {
          const headers = { 'content-type': 'text/plain' };
          runs = 0;
          gate = deferred();
          await apart(
            httpCall(`${url}/cats`, { method: 'POST', headers, body: 'one' }),
            httpCall(`${url}/cats`, { method: 'POST', headers, body: 'two' }),
          );
        }
      });

      it('should share reads that have a content type but no body', async () => {
        const served = await serve(CatsController);
        const headers = { 'content-type': 'application/json' };
        const calls = [1, 2].map(() => httpCall(`${served.url}/cats/7`, { headers }));
        expect((await together(served, ...calls)).map(({ text }) => text)).toEqual(['{"id":7}', '{"id":7}']);
        expect(runs).toBe(1);
      });

      it('should not share if a request identifies its user and no key was given', async () => {
        const { url } = await serve(CatsController);
        const ada = { headers: { authorization: 'Bearer ada' } };
        const grace = { headers: { cookie: 'session=grace' } };
        const calls = [ada, ada, grace, grace].map((options) => httpCall(`${url}/cats/7`, options));
        await apart(...calls);
      });

      it('should share between requests whose named headers are equal, in any case', async () => {
        const served = await serve(CatsController, { headers: ['Authorization', 'X-Tenant'] });
        const of = (authorization: string, tenant: string) =>
          httpCall(`${served.url}/cats/7`, { headers: { authorization, 'x-tenant': tenant } });
        const calls = [of('ada', 'a'), of('ada', 'a'), of('ada', 'b'), of('grace', 'a')];
        await until(() => runs === 3 && callersInAll(served.interceptor) === 4);
        gate.resolve('open');
        await Promise.all(calls);
        expect(runs).toBe(3);
      });

      it('should not share if a guard has identified the user and no header was named', async () => {
        @Controller()
        @UseGuards({
          canActivate: (context: ExecutionContext) => {
            context.switchToHttp().getRequest<AnyRequest>().user = { name: 'ada' };
            return true;
          },
        })
        class GuardedController {
          @Get()
          get() {
            return answer('for ada');
          }
        }
        const { url } = await serve(GuardedController);
        await apart(httpCall(url), httpCall(url));
      });

      it('should keep requests apart by the headers and the address that a handler takes, and not coalesce what no key can contain', async () => {
        @Controller()
        class TakingController {
          @Get('language')
          language(@Headers('Accept-Language') language: string) {
            return answer(language);
          }

          @Get('all')
          all(@Headers() headers: Record<string, string>) {
            return answer(headers['x-any']);
          }

          @Get('session')
          session(@Session() session: unknown) {
            return answer(String(session));
          }

          @Get('ip')
          ip(@Ip() ip: string) {
            return answer(ip);
          }
        }
        const served = await serve(TakingController);
        const [german, english] = await apart(
          httpCall(`${served.url}/language`, { headers: { 'accept-language': 'de' } }),
          httpCall(`${served.url}/language`, { headers: { 'accept-language': 'en' } }),
        );
        expect([german!.text, english!.text]).toEqual(['de', 'en']);
        for (const path of ['all', 'session']) {
          runs = 0;
          gate = deferred();
          await apart(httpCall(`${served.url}/${path}`), httpCall(`${served.url}/${path}`));
        }
        runs = 0;
        gate = deferred();
        await together(served, httpCall(`${served.url}/ip`), httpCall(`${served.url}/ip`));
        expect(runs).toBe(1);
      });

      it('should call keyFn, whose keys are compared by content, and within one handler', async () => {
        const keyFn = (context: ExecutionContext) => {
          const { headers } = context.switchToHttp().getRequest<AnyRequest>();
          return [headers['x-user']];
        };
        const served = await serve(CatsController, { keyFn });
        const of = (user: string, path: string) =>
          httpCall(`${served.url}/cats/${path}`, { headers: { 'x-user': user, cookie: Math.random().toString() } });
        const calls = [of('ada', '1'), of('ada', '2'), of('grace', '1'), of('ada', 'other')];
        await until(() => callersInAll(served.interceptor) === 4);
        gate.resolve('open');
        const answers = await Promise.all(calls);
        expect(runs).toBe(3);
        expect(answers[0]!.text).toBe(answers[1]!.text);
        expect(answers[3]!.text).toBe('other');
      });

      it('should keep handlers of one name apart, whatever keyFn returns', async () => {
        const controllers = ['one', 'two'].map((path) => {
          @Controller(path)
          class NamesakeController {
            @Get()
            get() {
              return answer(path);
            }
          }
          return NamesakeController;
        });

        @Module({ controllers })
        class NamesakesModule {}

        const { url } = await startNest(platform, NamesakesModule, (app) =>
          app.useGlobalInterceptors(new CoalesceInterceptor({ keyFn: () => 'all' })),
        );
        const answers = await apart(httpCall(`${url}/one`), httpCall(`${url}/two`));
        expect(answers.map(({ text }) => text)).toEqual(['one', 'two']);
      });

      it('should run by itself a request that keyFn gives no key, and send what keyFn throws to that request alone', async () => {
        let keys = 0;
        const keyFn = () => {
          if (++keys === 3) throw new ForbiddenException();
          return undefined;
        };
        const { url } = await serve(CatsController, { keyFn });
        const calls = [httpCall(`${url}/cats/7`), httpCall(`${url}/cats/7`)];
        await until(() => runs === 2);
        expect((await httpCall(`${url}/cats/7`)).status).toBe(403);
        gate.resolve('open');
        expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200]);
      });

      it('should work below a global prefix, and keep versions apart', async () => {
        @Controller('cats')
        class VersionedController {
          @Get()
          @Version('1')
          one() {
            return answer('one');
          }

          @Get()
          @Version('2')
          two() {
            return answer('two');
          }
        }
        const interceptor = new CoalesceInterceptor();
        const { url } = await startNest(platform, moduleOf(VersionedController), (app) => {
          app.useGlobalInterceptors(interceptor);
          app.setGlobalPrefix('api');
          app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' });
        });
        const of = (version: string) => httpCall(`${url}/api/cats`, { headers: { 'x-version': version } });
        const calls = [of('1'), of('1'), of('2'), of('2')];
        await until(() => callersInAll(interceptor) === 4);
        gate.resolve('open');
        expect((await Promise.all(calls)).map(({ text }) => text)).toEqual(['one', 'one', 'two', 'two']);
        expect(runs).toBe(2);
      });

      it('should never share between two applications, with one instance or with two', async () => {
        const interceptor = new CoalesceInterceptor();
        const urls = await Promise.all(
          [1, 2].map(async () => {
            const { url } = await startNest(platform, moduleOf(CatsController), (app) =>
              app.useGlobalInterceptors(interceptor),
            );
            return url;
          }),
        );
        const port = { host: 'one.example' };
        const { url } = await serve(CatsController);
        await apart(...[...urls, url].map((one) => httpCall(`${one}/cats/7`, { headers: port })));
      });

      it('should keep hosts apart, which a controller may take for a tenant', async () => {
        @Controller({ host: ':tenant.example' })
        class TenantController {
          @Get()
          get(@HostParam('tenant') tenant: string) {
            return answer(tenant);
          }
        }
        const { url } = await serve(TenantController);
        const answers = await apart(
          httpCall(url, { headers: { host: 'one.example' } }),
          httpCall(url, { headers: { host: 'two.example' } }),
        );
        expect(answers.map(({ text }) => text)).toEqual(['one', 'two']);
      });
    });

    describe('the configuration of a route', () => {
      const byUser = (context: ExecutionContext) => context.switchToHttp().getRequest<AnyRequest>().headers['x-user'];

      @Controller('routes')
      @CoalesceRequests({ headers: ['x-tenant'] })
      class RoutesController {
        @Get('read')
        read() {
          return answer('read');
        }

        @Post('write')
        write() {
          return answer('written');
        }

        @Post('search')
        @CoalesceRequests()
        search(@Body() body: unknown) {
          return answer(body);
        }

        @Get('mine')
        @CoalesceRequests({ keyFn: byUser })
        mine() {
          return answer('mine');
        }

        @Get('never')
        @CoalesceRequests(false)
        never() {
          return answer('never');
        }
      }

      for (const where of ['by itself', 'with the interceptor around it']) {
        describe(where, () => {
          let url: string;

          beforeEach(async () => {
            const alone = where === 'by itself';
            ({ url } = alone ? await startNest(platform, moduleOf(RoutesController)) : await serve(RoutesController));
          });

          /** How many runs so many requests take, which are answered when no more come. */
          async function runsOf(path: string, ...options: Parameters<typeof httpCall>[1][]): Promise<number> {
            const calls = options.map((each) => httpCall(`${url}/routes/${path}`, each));
            let last = httpCall(`${url}/routes/mine`, { headers: { 'x-user': String(Math.random()) } });
            await until(() => runs > 1);
            for (let turn = 0; turn < 3; turn++) {
              // A later request has been handled, and so have those before it.
              const before = runs;
              last = httpCall(`${url}/routes/mine`, { headers: { 'x-user': String(Math.random()) } });
              await until(() => runs > before);
            }
            const mine = runs - 4;
            gate.resolve('open');
            await Promise.all([...calls, last]);
            return mine;
          }

          it('should coalesce reads of a decorated controller', async () => {
            expect(await runsOf('read', {}, {})).toBe(1);
          });

          it('should take the headers that the controller names', async () => {
            const one = { headers: { 'x-tenant': 'one' } };
            expect(await runsOf('read', one, one, { headers: { 'x-tenant': 'two' } })).toBe(2);
          });

          it('should not coalesce writes of a decorated controller', async () => {
            expect(await runsOf('write', { method: 'POST' }, { method: 'POST' })).toBe(2);
          });

          it('should coalesce every request to a decorated method', async () => {
            const post = { method: 'POST', body: { name: 'Tom' } };
            expect(await runsOf('search', post, post, { method: 'POST', body: { name: 'Kit' } })).toBe(2);
          });

          it('should ask the keyFn of a method', async () => {
            const ada = { headers: { 'x-user': 'ada', authorization: 'Bearer ada' } };
            expect(await runsOf('mine', ada, ada, { headers: { 'x-user': 'grace' } })).toBe(2);
          });

          it('should not coalesce a route that forbids it', async () => {
            expect(await runsOf('never', {}, {})).toBe(2);
          });
        });
      }
    });

    describe('what a response is made of', () => {
      it('should give all callers the headers and the status that a run sets', async () => {
        @Controller()
        class ResponseController {
          @Get()
          @Header('X-Static', 'of all')
          @Header('X-Gone', 'for nobody')
          @HttpCode(203)
          get(@Res({ passthrough: true }) response: AnyResponse) {
            return answer(() => {
              response.header('X-Run', 'one');
              response.header('X-List', ['a', 'b']);
              response.removeHeader('X-Gone');
              response.statusCode = 206;
              return { done: true };
            });
          }
        }
        const served = await serve(ResponseController);
        const answers = await together(served, httpCall(served.url), httpCall(served.url), httpCall(served.url));
        expect(runs).toBe(1);
        for (const { status, headers, text } of answers) {
          expect([status, text]).toEqual([206, '{"done":true}']);
          expect(headers['x-static']).toBe('of all');
          expect(headers['x-run']).toBe('one');
          expect(headers['x-list']).toBe('a, b');
          expect(headers['x-gone']).toBeUndefined();
        }
      });

      it('should give all callers what a failed run has set', async () => {
        @Controller()
        class FailingController {
          @Get()
          get(@Res({ passthrough: true }) response: AnyResponse) {
            return answer(() => {
              response.header('Retry-After', '7');
              throw new HttpException('Busy', 503);
            });
          }
        }
        const served = await serve(FailingController);
        const answers = await together(served, httpCall(served.url), httpCall(served.url));
        expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
          [503, '7'],
          [503, '7'],
        ]);
      });

      it('should not give all callers what the interceptors around set for one', async () => {
        let count = 0;
        const numbering: NestInterceptor = {
          intercept: (context, next) => {
            const response = context.switchToHttp().getResponse<AnyResponse>();
            const number = String(++count);
            response.header('X-Before', number);
            return next.handle().pipe(
              tap({
                next: () => response.header('X-After', number),
                complete: () => response.header(`X-Only-${number}`, number),
              }),
            );
          },
        };

        @Controller()
        class PlainController {
          @Get()
          get() {
            return answer('plain');
          }
        }
        const served = await serve(PlainController, {}, numbering);
        const answers = await together(served, httpCall(served.url), httpCall(served.url), httpCall(served.url));
        const numbers = answers.map(({ headers }) => headers['x-before']);
        expect(new Set(numbers).size).toBe(3);
        for (const { headers } of answers) {
          const own = String(headers['x-before']);
          expect(headers['x-after']).toBe(own);
          expect(Object.keys(headers).filter((name) => name.startsWith('x-only-'))).toEqual([`x-only-${own}`]);
        }
      });

      it('should redirect all callers', async () => {
        @Controller()
        class RedirectController {
          @Get('fixed')
          @Redirect('/elsewhere', 301)
          fixed() {
            return answer(undefined);
          }

          @Get('found')
          @Redirect('/elsewhere')
          found() {
            return answer({ url: '/found', statusCode: 307 });
          }
        }
        const served = await serve(RedirectController);
        for (const [path, expected] of [
          ['fixed', [301, '/elsewhere']],
          ['found', [307, '/found']],
        ] as const) {
          gate = deferred();
          const answers = await together(served, httpCall(`${served.url}/${path}`), httpCall(`${served.url}/${path}`));
          for (const { status, headers } of answers) {
            expect([status, headers.location]).toEqual([...expected]);
          }
        }
        expect(runs).toBe(2);
      });

      it('should give a cookie that a run sets to its leader alone', async () => {
        @Controller()
        class SessionController {
          @Get()
          get(@Res({ passthrough: true }) response: AnyResponse) {
            const session = runs + 1;
            return answer(() => {
              response.header('Set-Cookie', `session=${session}`);
              return session;
            });
          }
        }
        const served = await serve(SessionController);
        const answers = await together(served, httpCall(served.url), httpCall(served.url), httpCall(served.url));
        expect(answers.map(({ headers }) => headers['set-cookie']).sort()).toEqual([
          ['session=1'],
          ['session=2'],
          ['session=3'],
        ]);
        expect(answers.map(({ text }) => [`session=${text}`])).toEqual(
          answers.map(({ headers }) => headers['set-cookie']!),
        );
      });

      it('should give cookies to requests that a keyFn has declared equal, and keep their own', async () => {
        let count = 0;
        const own: NestInterceptor = {
          intercept: (context, next) => {
            context.switchToHttp().getResponse<AnyResponse>().header('Set-Cookie', `visit=${++count}`);
            return next.handle();
          },
        };

        @Controller()
        class TokenController {
          @Get()
          get(@Res({ passthrough: true }) response: AnyResponse) {
            return answer(() => {
              const before = response.getHeader('set-cookie') as string | string[];
              // Fastify adds, Express sets.
              const cookies = platform === 'Express' ? [before, 'token=new'].flat() : 'token=new';
              response.header('Set-Cookie', cookies);
              return 'refreshed';
            });
          }
        }
        const served = await serve(TokenController, { keyFn: () => 'ada' }, own);
        const answers = await together(served, httpCall(served.url), httpCall(served.url));
        expect(runs).toBe(1);
        expect(answers.map(({ headers }) => headers['set-cookie']).sort()).toEqual([
          ['visit=1', 'token=new'],
          ['visit=2', 'token=new'],
        ]);
      });

      it('should run a handler for each request that is answered by a stream', async () => {
        @Controller()
        class FilesController {
          @Get('file')
          file() {
            return answer(() => new StreamableFile(Readable.from([Buffer.from('a file')])));
          }

          @Get('buffer')
          buffer() {
            return answer(() => new StreamableFile(Buffer.from('a file')));
          }
        }
        const served = await serve(FilesController);
        for (const path of ['file', 'buffer']) {
          runs = 0;
          gate = deferred();
          const calls = [1, 2, 3].map(() => httpCall(`${served.url}/${path}`));
          const answers = await together(served, ...calls);
          expect(answers.map(({ text }) => text)).toEqual(['a file', 'a file', 'a file']);
          expect(runs).toBe(3);
        }
      });

      it('should not coalesce handlers that send their response themselves', async () => {
        @Controller()
        class OwnController {
          @Get('res')
          async own(@Res() response: AnyResponse) {
            response.send(await answer('own'));
          }

          @Get('wrapped')
          @wrapped
          async wrapped(@Res() response: AnyResponse) {
            response.send(await answer('wrapped'));
          }

          @Get('next')
          async next(@Next() next: () => void) {
            await answer('next');
            next();
          }
        }
        const { url } = await serve(OwnController);
        // Fastify has no next().
        for (const path of platform === 'Express' ? ['res', 'wrapped', 'next'] : ['res', 'wrapped']) {
          runs = 0;
          gate = deferred();
          const answers = await apart(httpCall(`${url}/${path}`), httpCall(`${url}/${path}`));
          expect(answers.map(({ status }) => status)).toEqual(path === 'next' ? [404, 404] : [200, 200]);
        }
      });
    });

    describe('what each caller keeps', () => {
      it('should send the error of a run through the filters of each caller', async () => {
        const caught: unknown[] = [];

        @Catch()
        class EachFilter {
          catch(error: unknown, host: ArgumentsHost) {
            caught.push(error);
            const response = host.switchToHttp().getResponse<AnyResponse>();
            response.statusCode = 418;
            response.send({ message: (error as Error).message });
          }
        }

        @Controller()
        @UseFilters(EachFilter)
        class FailingController {
          @Get()
          get() {
            return answer(() => {
              throw new NotFoundException('No such cat');
            });
          }
        }
        const served = await serve(FailingController);
        const answers = await together(served, httpCall(served.url), httpCall(served.url));
        expect(answers.map(({ status, text }) => [status, text])).toEqual([
          [418, '{"message":"No such cat"}'],
          [418, '{"message":"No such cat"}'],
        ]);
        expect(runs).toBe(1);
        expect(caught.length).toBe(2);
        expect(caught[0]).toBe(caught[1]);
      });

      it('should run guards and the interceptors around for each caller', async () => {
        const guard = jasmine.createSpy('guard', () => true).and.callThrough();
        const around = jasmine.createSpy('around');

        @Controller()
        @UseGuards({ canActivate: guard })
        class GuardedController {
          @Get()
          get() {
            return answer({ value: 1 });
          }
        }
        const wrapping: NestInterceptor = {
          intercept: (_, next) => {
            around();
            return next.handle().pipe(map((data: unknown) => ({ data, number: around.calls.count() })));
          },
        };
        const served = await serve(GuardedController, {}, wrapping);
        const answers = await together(served, httpCall(served.url), httpCall(served.url));
        expect(guard).toHaveBeenCalledTimes(2);
        expect(around).toHaveBeenCalledTimes(2);
        expect(answers.map(({ text }) => text)).toEqual([
          '{"data":{"value":1},"number":2}',
          '{"data":{"value":1},"number":2}',
        ]);
      });

      it('should not let in a request that a guard rejects', async () => {
        @Controller()
        @UseGuards({
          canActivate: (context: ExecutionContext) =>
            context.switchToHttp().getRequest<AnyRequest>().headers['x-let-in'] === 'yes',
        })
        class GuardedController {
          @Get()
          get() {
            return answer('inside');
          }
        }
        const served = await serve(GuardedController);
        const inside = httpCall(served.url, { headers: { 'x-let-in': 'yes' } });
        await callersOf(served.interceptor.inFlight, 1);
        expect((await httpCall(served.url)).status).toBe(403);
        gate.resolve('open');
        expect((await inside).text).toBe('inside');
      });

      it('should keep the AsyncLocalStorage store of each caller', async () => {
        const storage = new AsyncLocalStorage<string>();
        const signing: NestInterceptor = {
          intercept: (_, next) => next.handle().pipe(map((data: unknown) => ({ data, for: storage.getStore() }))),
        };

        @Controller()
        class PlainController {
          @Get()
          get() {
            return answer(storage.getStore());
          }
        }
        const interceptor = new CoalesceInterceptor();
        const { url } = await startNest(platform, moduleOf(PlainController), (app) => {
          app.use((request: AnyRequest, _: unknown, next: () => void) => storage.run(request.headers['x-user']!, next));
          app.useGlobalInterceptors(signing, interceptor);
        });
        const ada = httpCall(url, { headers: { 'x-user': 'ada' } });
        await callersOf(interceptor.inFlight, 1);
        const answers = await together({ interceptor }, ada, httpCall(url, { headers: { 'x-user': 'grace' } }));
        expect(answers.map(({ text }) => text)).toEqual(['{"data":"ada","for":"ada"}', '{"data":"ada","for":"grace"}']);
      });

      it('should run a handler that must run again in the store of its own caller', async () => {
        const storage = new AsyncLocalStorage<string>();

        @Controller()
        class FilesController {
          @Get()
          get() {
            return answer(new StreamableFile(Buffer.from(storage.getStore() ?? 'nobody')));
          }
        }
        const interceptor = new CoalesceInterceptor();
        const { url } = await startNest(platform, moduleOf(FilesController), (app) => {
          app.use((request: AnyRequest, _: unknown, next: () => void) => storage.run(request.headers['x-user']!, next));
          app.useGlobalInterceptors(interceptor);
        });
        const ada = httpCall(url, { headers: { 'x-user': 'ada' } });
        await callersOf(interceptor.inFlight, 1);
        const answers = await together({ interceptor }, ada, httpCall(url, { headers: { 'x-user': 'grace' } }));
        expect(answers.map(({ text }) => text)).toEqual(['ada', 'grace']);
      });

      it('should share with request-scoped controllers and providers, of which the run has those of its leader', async () => {
        let made = 0;

        @Injectable({ scope: Scope.REQUEST })
        class Visitor {
          readonly number = ++made;
          constructor(@Inject(REQUEST) readonly request: AnyRequest) {}
        }

        @Controller('visits')
        class VisitsController {
          constructor(@Inject(Visitor) readonly visitor: Visitor) {}

          @Get()
          @CoalesceRequests()
          get() {
            return answer({ number: this.visitor.number, by: this.visitor.request.headers['x-user'] });
          }
        }

        @Module({ controllers: [VisitsController], providers: [Visitor] })
        class VisitsModule {}

        const { app, url } = await startNest(platform, VisitsModule);
        const interceptor = app.get(RouteInterceptor, { strict: false });
        const ada = httpCall(`${url}/visits`, { headers: { 'x-user': 'ada' } });
        await callersOf(interceptor.inFlight, 1);
        const answers = await together(
          { interceptor },
          ada,
          httpCall(`${url}/visits`, { headers: { 'x-user': 'grace' } }),
        );
        expect(answers.map(({ text }) => text)).toEqual(['{"number":1,"by":"ada"}', '{"number":1,"by":"ada"}']);
        expect([runs, made]).toEqual([1, 2]);
      });
    });

    describe('a client that hangs up', () => {
      @Controller()
      class SlowController {
        @Get('promise')
        promise(@Res({ passthrough: true }) response: AnyResponse) {
          return answer(() => {
            // Fails if the leader, which has gone, was answered.
            response.header('X-Run', 'one');
            return 'answered';
          });
        }

        @Get('early')
        early(@Res({ passthrough: true }) response: AnyResponse) {
          response.header('X-Run', 'early');
          return answer('answered');
        }

        @Get('observable')
        observable() {
          runs++;
          return new Observable((subscriber) => {
            const closing = gate.promise.then(() => {
              subscriber.next('answered');
              subscriber.complete();
            });
            void closing;
            return () => {
              torn++;
            };
          });
        }
      }
      let torn: number;

      beforeEach(() => {
        torn = 0;
      });

      for (const path of ['promise', 'observable']) {
        it(`should leave without disturbing the others: a follower of a ${path}`, async () => {
          const { interceptor, url, logged } = await serve(SlowController);
          const [stays, goes] = [httpCall(`${url}/${path}`), httpCall(`${url}/${path}`)];
          await callersOf(interceptor.inFlight, 2);
          goes.hangUp();
          await callersOf(interceptor.inFlight, 1);
          gate.resolve('open');
          expect((await stays).text).toBe('answered');
          expect(runs).toBe(1);
          expect(logged.take()).toEqual([]);
        });

        it(`should leave without disturbing the others: the leader of a ${path}`, async () => {
          const around = jasmine.createSpy('finalized');
          const finalizing: NestInterceptor = { intercept: (_, next) => next.handle().pipe(finalize(around)) };
          const { interceptor, url, logged } = await serve(SlowController, {}, finalizing);
          const goes = httpCall(`${url}/${path}`);
          await callersOf(interceptor.inFlight, 1);
          const stays = [httpCall(`${url}/${path}`), httpCall(`${url}/${path}`)];
          await callersOf(interceptor.inFlight, 3);
          goes.hangUp();
          await callersOf(interceptor.inFlight, 2);
          gate.resolve('open');
          const answers = await Promise.all(stays);
          expect(answers.map(({ status, text }) => [status, text])).toEqual([
            [200, 'answered'],
            [200, 'answered'],
          ]);
          if (path === 'promise') {
            expect(answers.map(({ headers }) => headers['x-run'])).toEqual(['one', 'one']);
          }
          expect(runs).toBe(1);
          expect(around).toHaveBeenCalledTimes(3);
          expect(logged.take()).toEqual([]);
        });
      }

      it('should leave without disturbing the others also if the route is decorated', async () => {
        @Controller()
        class DecoratedController {
          @Get()
          @CoalesceRequests()
          get() {
            return answer('answered');
          }
        }
        const { interceptor, url } = await serve(DecoratedController);
        const goes = httpCall(url);
        await callersOf(interceptor.inFlight, 1);
        const stays = httpCall(url);
        await callersOf(interceptor.inFlight, 2);
        goes.hangUp();
        await callersOf(interceptor.inFlight, 1);
        gate.resolve('open');
        expect((await stays).text).toBe('answered');
        expect(runs).toBe(1);
      });

      it('should close a stream that was made for a leader that has gone', async () => {
        const streams: Readable[] = [];

        @Controller()
        class FilesController {
          @Get()
          get() {
            return answer(() => {
              streams.push(new Readable({ read() {} }));
              const stream = streams.length === 1 ? streams[0]! : Readable.from([Buffer.from('a file')]);
              return new StreamableFile(stream);
            });
          }
        }
        const { interceptor, url } = await serve(FilesController);
        const goes = httpCall(url);
        await callersOf(interceptor.inFlight, 1);
        const stays = httpCall(url);
        await callersOf(interceptor.inFlight, 2);
        goes.hangUp();
        await callersOf(interceptor.inFlight, 1);
        gate.resolve('open');
        expect((await stays).text).toBe('a file');
        expect(streams[0]!.destroyed).toBe(true);
      });

      it('should cancel the run when it is the last', async () => {
        const around = jasmine.createSpy('finalized');
        const finalizing: NestInterceptor = { intercept: (_, next) => next.handle().pipe(finalize(around)) };
        const { interceptor, url, logged } = await serve(SlowController, {}, finalizing);
        const calls = [httpCall(`${url}/observable`), httpCall(`${url}/observable`)];
        await callersOf(interceptor.inFlight, 2);
        await until(() => runs === 1);
        calls.forEach((call) => call.hangUp());
        await until(() => torn === 1 && around.calls.count() === 2);
        expect(interceptor.inFlight.size).toBe(0);
        expect(logged.take()).toEqual([]);
      });

      it('should let the run go on with `resetOnRefCountZero: false`', async () => {
        const { interceptor, url } = await serve(SlowController, { resetOnRefCountZero: false });
        const goes = httpCall(`${url}/observable`);
        await callersOf(interceptor.inFlight, 1);
        goes.hangUp();
        await callersOf(interceptor.inFlight, 0);
        const comes = httpCall(`${url}/observable`);
        await callersOf(interceptor.inFlight, 1);
        gate.resolve('open');
        expect((await comes).text).toBe('answered');
        expect(runs).toBe(1);
      });

      it('should run nothing for a client that has gone before', async () => {
        const guarded = deferred();
        const reached = deferred();
        const closed = deferred();

        @Controller()
        @UseGuards({
          canActivate: async (context: ExecutionContext) => {
            const response = context.switchToHttp().getResponse<{ raw?: NodeResponse } & NodeResponse>();
            (response.raw ?? response).once('close', () => closed.resolve(''));
            reached.resolve('open');
            await guarded.promise;
            return true;
          },
        })
        class GuardedController {
          @Get()
          get() {
            return answer('too late');
          }
        }
        const { url, interceptor, logged } = await serve(GuardedController);
        const events: string[] = [];
        interceptor.inFlight.events.subscribe(({ type }) => events.push(type));
        const goes = httpCall(url);
        await reached.promise;
        goes.hangUp();
        await closed.promise;
        guarded.resolve('open');
        gate.resolve('open');
        expect((await httpCall(url)).text).toBe('too late');
        expect(events).toEqual(['start', 'complete']);
        expect(logged.take()).toEqual([]);
      });

      it('should not send the others the response that the leader received at its timeout', async () => {
        const impatient: NestInterceptor = {
          intercept: (context, next) => {
            const { headers } = context.switchToHttp().getRequest<AnyRequest>();
            const patience = headers['x-patience'];
            return patience === undefined
              ? next.handle()
              : next.handle().pipe(
                  timeout(Number(patience)),
                  catchError((error: unknown) =>
                    throwError(() => (error instanceof TimeoutError ? new HttpException('Too slow', 408) : error)),
                  ),
                );
          },
        };
        const served = await serve(SlowController, {}, impatient);
        for (const [path, inAll] of [
          ['observable', 1],
          ['early', 3],
          // Headers that they set on the response of the leader, which has been sent, would be lost: the others run by themselves.
          ['promise', 3],
        ] as const) {
          runs = 0;
          gate = deferred();
          const leader = httpCall(`${served.url}/${path}`, { headers: { 'x-patience': '1000' } });
          await callersOf(served.interceptor.inFlight, 1);
          const others = [httpCall(`${served.url}/${path}`), httpCall(`${served.url}/${path}`)];
          await callersOf(served.interceptor.inFlight, 3);
          expect((await leader).status).toBe(408);
          gate.resolve('open');
          const answers = await Promise.all(others);
          expect(answers.map(({ status, text }) => [status, text])).toEqual([
            [200, 'answered'],
            [200, 'answered'],
          ]);
          const header = { observable: undefined, promise: 'one', early: 'early' }[path];
          expect(answers.map(({ headers }) => headers['x-run'] as unknown)).toEqual([header, header]);
          expect(runs).toBe(inAll);
        }
      });
    });

    describe('events', () => {
      it('should share and replay the events of a route, and cancel when the last client has gone', async () => {
        const source = new Subject<{ data: string }>();

        @Controller()
        class EventsController {
          @Sse('events')
          events() {
            runs++;
            return source.pipe(finalize(() => torn.resolve('')));
          }
        }
        const torn = deferred();
        const { interceptor, url, logged } = await serve(EventsController);
        const received = ['', ''];
        const first = httpCall(`${url}/events`);
        first.onData((text) => (received[0]! += text));
        await until(() => source.observed);
        source.next({ data: 'one' });
        await until(() => received[0]!.includes('data: one'));
        const second = httpCall(`${url}/events`);
        second.onData((text) => (received[1]! += text));
        await until(() => received[1]!.includes('data: one'));
        source.next({ data: 'two' });
        await until(() => received.every((text) => text.includes('data: two')));
        expect(runs).toBe(1);
        first.hangUp();
        await callersOf(interceptor.inFlight, 1);
        source.next({ data: 'three' });
        await until(() => received[1]!.includes('data: three'));
        second.hangUp();
        await torn.promise;
        expect(interceptor.inFlight.size).toBe(0);
        expect(logged.take()).toEqual([]);
      });

      it('should not share with a client that goes on from another event', async () => {
        const source = new Subject<{ data: string }>();

        @Controller()
        class EventsController {
          @Sse('events')
          events() {
            runs++;
            return source.asObservable();
          }
        }
        const { url } = await serve(EventsController);
        const calls = ['1', '2'].map((id) => httpCall(`${url}/events`, { headers: { 'last-event-id': id } }));
        await until(() => runs === 2);
        source.complete();
        await Promise.all(calls);
      });

      it('should replay the latest of a bounded buffer', async () => {
        const source = new Subject<{ data: string }>();

        @Controller()
        class EventsController {
          @Sse('events')
          @CoalesceRequests({ bufferSize: 1 })
          events(): Observable<unknown> {
            runs++;
            return source;
          }
        }
        const { url } = await serve(EventsController);
        const received = ['', ''];
        const first = httpCall(`${url}/events`);
        first.onData((text) => (received[0]! += text));
        await until(() => source.observed);
        source.next({ data: 'one' });
        source.next({ data: 'two' });
        await until(() => received[0]!.includes('data: two'));
        const second = httpCall(`${url}/events`);
        second.onData((text) => (received[1]! += text));
        await until(() => received[1]!.includes('data: two'));
        expect(received[1]).not.toContain('data: one');
        source.complete();
        await Promise.all([first, second]);
        expect(runs).toBe(1);
      });
    });
  });
}

describe('CoalesceInterceptor', () => {
  afterEach(stopNest);

  it('should be the instance that an application provides, beside those of decorated routes', async () => {
    @Controller()
    class DecoratedController {
      @Get()
      @CoalesceRequests()
      get() {
        return 'got';
      }
    }

    @Module({
      controllers: [DecoratedController],
      providers: [CoalesceInterceptor, { provide: APP_INTERCEPTOR, useExisting: CoalesceInterceptor }],
    })
    class WatchedModule {}

    const { app, url } = await startNest('Express', WatchedModule);
    const seen: string[] = [];
    app.get(CoalesceInterceptor).inFlight.events.subscribe(({ type, key }) => {
      seen.push(`${type} ${(JSON.parse(key) as [string])[0]}`);
    });
    await httpCall(url);
    expect(seen).toEqual(['start DecoratedController.get', 'complete DecoratedController.get']);
  });

  it('should refuse a wrong configuration when it is passed', () => {
    for (const [config, message] of [
      [null, 'expected "config" to be an object'],
      [{ when: 1 }, 'expected "when" to be a function, got 1'],
      [{ keyFn: 'id' }, 'expected "keyFn" to be a function, got "id"'],
      [{ headers: 'x-tenant' }, 'expected "headers" to be an array of header names, got "x-tenant"'],
      [{ headers: ['x-tenant', 7] }, 'expected "headers[1]" to be a header name, got 7'],
      [{ bufferSize: -1 }, 'expected "bufferSize" to be a whole number or Infinity, got -1'],
      [{ resetOnRefCountZero: 0 }, 'expected "resetOnRefCountZero" to be a boolean or a function, got 0'],
    ] as const) {
      expect(() => new CoalesceInterceptor(config as never)).toThrowError(
        TypeError,
        new RegExp(`^CoalesceInterceptor: ${escaped(message)}`),
      );
      expect(() => CoalesceRequests(config as never)).toThrowError(
        TypeError,
        new RegExp(`^CoalesceRequests: ${escaped(message)}`),
      );
    }
    expect(() => CoalesceRequests('never' as never)).toThrowError(
      TypeError,
      /expected "config" to be an object or a boolean/,
    );
  });
});

interface NodeResponse {
  once(event: 'close', listener: () => void): void;
}

function moduleOf(controller: Type): Type {
  @Module({ controllers: [controller] })
  class OneModule {}
  return OneModule;
}

/** Another decorator's wrapper, which does not have the name of the method. */
function wrapped(_: object, __: string, descriptor: PropertyDescriptor): void {
  const method = descriptor.value as (...args: unknown[]) => unknown;
  descriptor.value = function (this: unknown, ...args: unknown[]) {
    return method.apply(this, args);
  };
}

/** How many wait in all flights. */
function callersInAll({ inFlight }: CoalesceInterceptor): number {
  return [...inFlight.keys()].reduce((sum, key) => sum + inFlight.callers(key), 0);
}

function escaped(text: string): string {
  return text.replace(/[[\](){}?*+.$^|\\]/g, '\\$&');
}
