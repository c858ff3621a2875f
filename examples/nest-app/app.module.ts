import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CoalesceInterceptor } from 'rxjs-coalesce/nest';
import { AccountsController } from './accounts.controller.js';
import { ReportsController } from './reports.controller.js';
import { TicksController } from './ticks.controller.js';

@Module({
  controllers: [ReportsController, AccountsController, TicksController],
  providers: [
    // As a provider of its own, so that others can ask for it, too: main.ts watches what is in flight.
    CoalesceInterceptor,
    { provide: APP_INTERCEPTOR, useExisting: CoalesceInterceptor },
  ],
})
export class AppModule {}
