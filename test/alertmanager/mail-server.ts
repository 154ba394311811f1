import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A mail as it arrived, with its parts decoded. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Takes mails by SMTP, without encryption and for anybody, and keeps them. */
export class MailServer {
  readonly mails: Mail[] = [];
  readonly address: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.address = `127.0.0.1:${(server.address() as { port: number }).port}`;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      this.#serve(socket);
    });
  }

  static async start(): Promise<MailServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new MailServer(server);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    let received = '';
    let isBody = false;
    socket.setEncoding('latin1').write('220 mail\r\n');
    socket.on('data', (chunk: string) => {
      received += chunk;
      for (;;) {
        const end = isBody ? '\r\n.\r\n' : '\r\n';
        const at = received.indexOf(end);
        if (at < 0) return;
        const part = received.slice(0, at);
        received = received.slice(at + end.length);
        // A line that begins with a dot comes with one more.
        if (isBody) this.mails.push(read(part.replaceAll('\r\n..', '\r\n.')));
        isBody = !isBody && part === 'DATA';
        socket.write(isBody ? '354 go on\r\n' : part === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  }
}

function read(mail: string): Mail {
  const [, encoded = ''] = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(mail) ?? [];
  const part = (type: string) => {
    const [, body = ''] = new RegExp(`Content-Type: ${type}.*\r\n\r\n([\\s\\S]*?)\r\n--`).exec(mail) ?? [];
    return quotedPrintable(body.replaceAll(/=\r\n/g, ''));
  };
  const subject = encoded
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?q\?(.*?)\?=/gi, (_, word) => word.replaceAll('_', ' '));
  return { subject: quotedPrintable(subject), text: part('text/plain'), html: part('text/html') };
}

/** The bytes of a text in which those that are not ASCII are written as `=C3`. */
function quotedPrintable(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString().replaceAll('\r\n', '\n');
}
