import {
  Body,
  Controller,
  Get,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { CoalesceRequests } from 'rxjs-coalesce/nest';
import { setTimeout as delay } from 'node:timers/promises';

interface AnyResponse {
  header(name: string, value: string): unknown;
}

/** Reports that take a second to make. */
@Controller('reports')
export class ReportsController {
  #made = 0;

  /** Coalesced, because it is a GET. */
  @Get(':year')
  async report(@Param('year', ParseIntPipe) year: number, @Res({ passthrough: true }) response: AnyResponse) {
    const number = ++this.#made;
    await delay(1000);
    // Every response that shares the run gets this header.
    response.header('X-Report-Number', String(number));
    if (year > 2100) {
      throw new NotFoundException(`There is no report of ${year} yet`);
    }
    return { year, number };
  }

  /** A POST that only reads: coalesced, because it is decorated. */
  @Post('search')
  @CoalesceRequests()
  async search(@Body() body: unknown) {
    const number = ++this.#made;
    await delay(1000);
    return { searched: body, number };
  }

  /** Not coalesced: each request gets a stream of its own. */
  @Get(':year/download')
  @CoalesceRequests(false)
  async download(@Param('year', ParseIntPipe) year: number) {
    const number = ++this.#made;
    await delay(1000);
    return new StreamableFile(Buffer.from(`report of ${year}, number ${number}\n`), { type: 'text/plain' });
  }
}
