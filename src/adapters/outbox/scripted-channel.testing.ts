import type { NoticeChannel, Parcel, SendOptions, Sent } from '../../ports/notice-channel.ts';

/** Answers as it is told to, and keeps what was sent. */
export class ScriptedChannel implements NoticeChannel {
  readonly name = 'scripted';
  readonly noticesPerMessageMax: number;
  readonly sent: { readonly parcel: Parcel; readonly silent: boolean }[] = [];
  readonly #answers: Sent[];

  /** @param answers in order; after the last of them everything is accepted */
  constructor(answers: readonly Sent[] = [], noticesPerMessageMax = 1) {
    this.#answers = [...answers];
    this.noticesPerMessageMax = noticesPerMessageMax;
  }

  async send(parcel: Parcel, { silent }: SendOptions): Promise<Sent> {
    this.sent.push({ parcel, silent });
    return this.#answers.shift() ?? { kind: 'accepted' };
  }
}
