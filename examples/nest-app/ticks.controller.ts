import { Controller, Sse } from '@nestjs/common';
import { CoalesceRequests } from 'rxjs-coalesce/nest';
import { finalize, map, timer, type Observable } from 'rxjs';

/** Events of one source for all who listen. */
@Controller('ticks')
export class TicksController {
  #sources = 0;

  /** Who comes late is sent the last three, and with the last client who goes the source ends. */
  @Sse()
  @CoalesceRequests({ bufferSize: 3 })
  ticks(): Observable<{ readonly data: string }> {
    const source = ++this.#sources;
    return timer(0, 500).pipe(
      map((tick) => ({ data: `tick ${tick} of source ${source}` })),
      finalize(() => console.log(`source ${source} ended`)),
    );
  }
}
