import { Controller, Module, UseInterceptors, type ExecutionContext, type INestApplication } from '@nestjs/common';
import { isObservable, lastValueFrom, type Observable } from 'rxjs';
import { CoalesceInterceptor, CoalesceRequests } from '../../src/nest/index.js';
import { RouteInterceptor } from '../../src/nest/route-interceptor.js';
import { deferred, type Deferred } from '../support/deferred.js';
import { callersOf } from '../support/in-flight.js';
import { load, startNest, stopNest } from '../support/nest-app.js';
import { until } from '../support/until.js';

type Handler = (data: unknown, context: object) => Promise<Observable<unknown>> | Observable<unknown>;

const { MessagePattern, Payload, Server } = (await load('@nestjs/microservices')) as {
  readonly MessagePattern: (pattern: string) => MethodDecorator;
  readonly Payload: () => ParameterDecorator;
  readonly Server: new () => { getHandlerByPattern(pattern: string): Handler };
};
const { SubscribeMessage, WebSocketGateway, MessageBody } = (await load('@nestjs/websockets')) as {
  readonly SubscribeMessage: (name: string) => MethodDecorator;
  readonly WebSocketGateway: () => ClassDecorator;
  readonly MessageBody: () => ParameterDecorator;
};
const { WsAdapter } = (await load('@nestjs/platform-ws')) as { readonly WsAdapter: new (app: unknown) => never };
const WebSocket = (await load('ws')) as new (url: string) => Socket;

interface Socket {
  on(event: 'open' | 'message', listener: (data: unknown) => void): void;
  send(text: string): void;
  terminate(): void;
}

/** A transport within the process. */
class LocalTransport extends Server {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    // Nothing is open.
  }

  on(): void {
    // It has no events.
  }

  unwrap(): this {
    return this;
  }

  async ask(pattern: string, data: unknown): Promise<unknown> {
    const answer = await this.getHandlerByPattern(pattern)(data, {});
    return isObservable(answer) ? lastValueFrom(answer) : answer;
  }
}

describe('CoalesceInterceptor outside of HTTP', () => {
  const byData = (context: ExecutionContext) =>
    context.getType() === 'rpc' ? context.switchToRpc().getData<unknown>() : context.switchToWs().getData<unknown>();
  let runs: number;
  let gate: Deferred<string>;

  beforeEach(() => {
    runs = 0;
    gate = deferred();
  });

  afterEach(stopNest);

  async function answer(data: unknown): Promise<unknown> {
    runs++;
    await gate.promise;
    return data;
  }

  describe('with messages of a microservice', () => {
    let transport: LocalTransport;
    let app: INestApplication;

    beforeEach(async () => {
      @Controller()
      class SumsController {
        @MessagePattern('each')
        @CoalesceRequests()
        each(@Payload() data: unknown) {
          return answer(data);
        }

        @MessagePattern('shared')
        @CoalesceRequests({ keyFn: byData })
        shared(@Payload() data: unknown) {
          return answer(data);
        }
      }

      @Module({ controllers: [SumsController] })
      class SumsModule {}

      transport = new LocalTransport();
      ({ app } = await startNest('Express', SumsModule, async (starting) => {
        starting.connectMicroservice({ strategy: transport as never });
        await starting.startAllMicroservices();
      }));
    });

    it('should pass through without a keyFn', async () => {
      const answers = [transport.ask('each', 1), transport.ask('each', 1)];
      await until(() => runs === 2);
      gate.resolve('open');
      expect(await Promise.all(answers)).toEqual([1, 1]);
    });

    it('should share by keyFn', async () => {
      const { inFlight } = app.get(RouteInterceptor, { strict: false });
      const answers = [transport.ask('shared', [1]), transport.ask('shared', [1])];
      await callersOf(inFlight, 2);
      answers.push(transport.ask('shared', [2]));
      await until(() => runs === 2);
      gate.resolve('open');
      expect(await Promise.all(answers)).toEqual([[1], [1], [2]]);
    });
  });

  describe('with messages of a WebSocket', () => {
    const sockets: Socket[] = [];

    afterEach(() => {
      sockets.splice(0).forEach((socket) => socket.terminate());
    });

    async function ask(url: string, event: string, data: unknown): Promise<unknown> {
      const socket = new WebSocket(url.replace('http', 'ws'));
      sockets.push(socket);
      await new Promise((resolve) => socket.on('open', resolve));
      const message = new Promise((resolve) => socket.on('message', resolve));
      socket.send(JSON.stringify({ event, data }));
      return JSON.parse(String(await message));
    }

    it('should pass through without a keyFn, and share with one', async () => {
      const plain = new CoalesceInterceptor();
      const keyed = new CoalesceInterceptor({ keyFn: byData });

      @WebSocketGateway()
      class SumsGateway {
        @SubscribeMessage('each')
        @UseInterceptors(plain)
        async each(@MessageBody() data: unknown) {
          return { event: 'each', data: await answer(data) };
        }

        @SubscribeMessage('shared')
        @UseInterceptors(keyed)
        async shared(@MessageBody() data: unknown) {
          return { event: 'shared', data: await answer(data) };
        }
      }

      @Module({ providers: [SumsGateway] })
      class GatewayModule {}

      const { url } = await startNest('Express', GatewayModule, (app) => app.useWebSocketAdapter(new WsAdapter(app)));
      const answers = [ask(url, 'each', 1), ask(url, 'each', 1)];
      await until(() => runs === 2);
      answers.push(ask(url, 'shared', 1), ask(url, 'shared', 1));
      await callersOf(keyed.inFlight, 2);
      gate.resolve('open');
      expect(await Promise.all(answers)).toEqual(
        ['each', 'each', 'shared', 'shared'].map((event) => ({ event, data: 1 })),
      );
      expect(runs).toBe(3);
      expect(plain.inFlight.size).toBe(0);
    });
  });
});
