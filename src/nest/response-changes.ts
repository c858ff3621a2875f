import { rawResponse, type HeaderValue, type HttpResponse } from './http-response.js';

const setCookie = 'set-cookie';

/** The headers and the status that a run has set on its leader's response, to be set on the responses of the other callers. */
export class ResponseChanges {
  readonly #response: HttpResponse;
  readonly #headers = new Map<string, HeaderValue | undefined>();
  readonly #cookies: string[] = [];
  #status: number | undefined;
  /** The response at the latest call of `ignore`. */
  #before!: Pick<HttpResponse, 'statusCode'> & { readonly headers: ReturnType<HttpResponse['getHeaders']> };

  constructor(response: HttpResponse) {
    this.#response = response;
    this.ignore();
  }

  /** Whether the leader's response has been sent: after that, the run cannot change it. */
  get answered(): boolean {
    return rawResponse(this.#response).headersSent === true;
  }

  get setCookies(): boolean {
    return this.#cookies.length > 0;
  }

  /** Ignores the changes until now: they were made for the leader alone, not by the run. */
  ignore(): void {
    const { statusCode } = this.#response;
    this.#before = { statusCode, headers: { ...this.#response.getHeaders() } };
  }

  /** Records the changes since the latest `ignore`: they were made by the run. */
  record(): void {
    if (this.answered) {
      return;
    }
    const { statusCode } = this.#response;
    const { [setCookie]: cookies, ...headers } = this.#response.getHeaders();
    const { [setCookie]: cookiesBefore, ...headersBefore } = this.#before.headers;
    for (const name of Object.keys({ ...headersBefore, ...headers })) {
      if (String(headers[name]) !== String(headersBefore[name])) {
        this.#headers.set(name, headers[name]);
      }
    }
    this.#cookies.push(...listed(cookies).filter((cookie) => !listed(cookiesBefore).includes(cookie)));
    if (statusCode !== this.#before.statusCode) {
      this.#status = statusCode;
    }
    this.ignore();
  }

  /** Makes the same changes to the response of another caller. */
  applyTo(response: HttpResponse): void {
    if (rawResponse(response).headersSent === true) {
      return;
    }
    for (const [name, value] of this.#headers) {
      if (value === undefined) {
        response.removeHeader(name);
      } else {
        setHeader(response, name, value);
      }
    }
    const present = listed(response.getHeaders()[setCookie]);
    const missing = this.#cookies.filter((cookie) => !present.includes(cookie));
    if (missing.length > 0) {
      response.removeHeader(setCookie);
      setHeader(response, setCookie, [...present, ...missing]);
    }
    if (this.#status !== undefined) {
      response.statusCode = this.#status;
    }
  }
}

function listed(cookies: HeaderValue | undefined): readonly string[] {
  return cookies === undefined ? [] : typeof cookies === 'object' ? cookies : [String(cookies)];
}

function setHeader(response: HttpResponse, name: string, value: HeaderValue): void {
  // In Express, `header` is different: it adds a charset to a Content-Type.
  if (response.setHeader === undefined) {
    response.header?.(name, value);
  } else {
    response.setHeader(name, value);
  }
}
