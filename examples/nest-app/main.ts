import { NestFactory } from '@nestjs/core';
import { CoalesceInterceptor } from 'rxjs-coalesce/nest';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
console.log(`Running until Ctrl-C: ${await app.getUrl()}`);

app.get(CoalesceInterceptor).inFlight.events.subscribe(({ type, key, callers }) => {
  const [handler] = JSON.parse(key) as [string];
  console.log(`${handler}: ${type} (callers: ${callers})`);
});
