import { ApiClient } from '../../src/client/api-client.ts';
import { EventSource } from '../../src/client/event-source.ts';
import type { ServerEvent, Transport } from '../../src/client/ports.ts';
import { fieldsOf } from '../../src/client/wire.ts';
import type { Books } from '../../src/core/delivery/books.ts';
import { instructionState } from '../../src/core/delivery/instruction.ts';
import { clockOf } from './executor-life.ts';
import type { Process } from './machine.ts';

/** What a reader knows of the signals, from what it has heard. */
interface Story {
  readonly teller: string;
  /** Signal id to ACTIVE or how it ended. */
  readonly signals: Map<string, string>;
  /** What was heard under each number. */
  readonly heard: Map<number, string>;
  /** Numbers up to which something may be missing, because the server said so. */
  resetSeq: number;
  lastSeq: number;
}

/** Three ways to know what happened: the stream (with the poll as its fallback), the poll alone, a snapshot and what follows. */
export class Readers {
  readonly #stories: Story[] = [];
  readonly #process: Process;
  readonly #transport: Transport;
  readonly #api: ApiClient;
  readonly #stop = new AbortController();

  constructor(process: Process, transport: Transport) {
    this.#process = process;
    this.#transport = transport;
    this.#api = new ApiClient(transport);
  }

  async start(): Promise<void> {
    const cursor = await this.#newest();
    void this.#stream(cursor, this.#story('stream', cursor));
    void this.#poll(cursor, this.#story('poll', cursor));
    this.#process.after(20_000, () => void this.#snapshot());
  }

  stop(): void {
    this.#stop.abort();
  }

  /** What they know that is not so. */
  complaints({ deliveries }: Books): readonly string[] {
    const complaints: string[] = [];
    const [first] = this.#stories;
    for (const { teller, signals, heard } of this.#stories) {
      for (const [id, state] of signals) {
        const instruction = deliveries.instruction(id);
        const truth = instruction && instruction.intent === 'ENTRY' ? instructionState(instruction) : state;
        if (truth !== state) complaints.push(`${teller}: ${id} is ${state}, the journal says ${truth}`);
      }
      for (const [seq, said] of heard) {
        const other = first?.heard.get(seq) ?? said;
        if (other !== said) complaints.push(`${teller}: ${seq} is ${said}, ${first!.teller} heard ${other}`);
      }
    }
    return [...complaints, ...this.#missing()];
  }

  #missing(): readonly string[] {
    return this.#stories.flatMap(({ teller, heard, resetSeq, lastSeq }) => {
      const missing: string[] = [];
      for (let seq = resetSeq + 1; seq <= lastSeq; seq += 1)
        if (!heard.has(seq)) missing.push(`${teller} missed ${seq}`);
      return missing;
    });
  }

  #story(teller: string, cursor: string): Story {
    const seq = seqOf(cursor);
    const story: Story = { teller, signals: new Map(), heard: new Map(), resetSeq: seq, lastSeq: seq };
    this.#stories.push(story);
    return story;
  }

  #stream(cursor: string, story: Story): Promise<void> {
    const [api, transport, clock] = [this.#api, this.#transport, clockOf(this.#process)];
    const tools = { api, transport, clock, notify: () => undefined, stop: this.#stop.signal };
    const source = new EventSource(tools, cursor, (event) => hear(story, event));
    return source.run();
  }

  async #poll(from: string, story: Story): Promise<void> {
    for (let cursor = from; !this.#stop.signal.aborted; ) {
      const answer = await this.#api.poll(cursor, 2, this.#stop.signal);
      if (answer.kind === 'ok') {
        const { events, cursor: next } = answer.value as { events: readonly ServerEvent[]; cursor: string };
        for (const event of events) hear(story, event);
        cursor = next;
      } else if (answer.kind === 'refused') {
        cursor = await this.#newest();
        hear(story, { type: 'reset', cursor, data: {} });
      } else {
        await clockOf(this.#process).sleep(200, this.#stop.signal);
      }
    }
  }

  async #snapshot(): Promise<void> {
    const cursor = await this.#newest();
    const answer = await this.#api.activeSignals();
    if (answer.kind !== 'ok') return void this.#process.after(500, () => void this.#snapshot());
    const story = this.#story('snapshot and tail', cursor);
    for (const { signal } of answer.value) story.signals.set(signal.id, 'ACTIVE');
    await this.#stream(cursor, story);
  }

  async #newest(): Promise<string> {
    for (;;) {
      const answer = await this.#api.newestCursor();
      if (answer.kind === 'ok') return answer.value;
      await clockOf(this.#process).sleep(200);
    }
  }
}

const seqOf = (cursor: string): number => Number(cursor.split(':')[1]);

function hear(story: Story, { type, cursor, data }: ServerEvent): void {
  const seq = seqOf(cursor);
  const fields = fieldsOf(data);
  story.lastSeq = Math.max(story.lastSeq, seq);
  if (type === 'reset') {
    // What was live may have ended unheard.
    story.resetSeq = Math.max(story.resetSeq, seq);
    story.signals.clear();
    return;
  }
  story.heard.set(
    seq,
    `${type} ${String(fieldsOf(fields.delivery).state ?? fields.id ?? fieldsOf(fields.signal).id ?? '')}`,
  );
  if (type === 'signal.issued') story.signals.set(String(fieldsOf(fields.signal).id), 'ACTIVE');
  // A cancel that was asked for after the end counts: the executor may still have something at the venue.
  const id = String(fields.id);
  const isNews = story.signals.get(id) === 'ACTIVE' || (story.signals.has(id) && fields.state === 'CANCELLED');
  if (type === 'signal.ended' && isNews) {
    story.signals.set(id, fields.state === 'ACKED_LEGACY' ? 'EXHAUSTED' : String(fields.state));
  }
}
