import { Controller, Sse } from '@nestjs/common';
import { CoalesceRequests } from 'rxjs-coalesce/nest';
import { finalize, map, timer, type Observable } from 'rxjs';

/** Events from one source for all clients. */
@Controller('ticks')
export class TicksController {
  #sources = 0;

  /** A late client first gets the last three events. When the last client disconnects, the source is unsubscribed. */
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
