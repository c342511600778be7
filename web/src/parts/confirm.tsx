import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface Question {
  readonly title: string;
  readonly text: ReactNode;
  /** What the button says. */
  readonly act: string;
  readonly isDangerous?: boolean;
  /** What is asked for besides a yes. */
  readonly reason?: { readonly label: string; readonly initial: string };
  readonly choice?: { readonly label: string; readonly options: readonly string[] };
  /** Asked for when this was chosen. */
  readonly amounts?: { readonly of: string; readonly fields: Readonly<Record<string, string>> };
  readonly carryOut: (answer: Answer) => Promise<unknown>;
}

interface Answer {
  readonly reason: string;
  readonly choice: string;
  /** By field; empty unless they were asked for. */
  readonly amounts: Readonly<Record<string, number>>;
}

/** Nothing is done by one key or one click: it says what will happen, and why it did not when it did not. */
export function Confirm({
  question,
  close,
}: {
  readonly question: Question;
  readonly close: () => void;
}): ReactElement {
  const { title, text, act, isDangerous = false, carryOut } = question;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [reason, setReason] = useState(question.reason?.initial ?? '');
  const [choice, setChoice] = useState(question.choice?.options[0] ?? '');
  const [amounts, setAmounts] = useState<Readonly<Record<string, string>>>({});
  const fields = question.amounts?.of === choice ? Object.entries(question.amounts.fields) : [];
  const [problem, setProblem] = useState<string>();
  const [isUnderway, setUnderway] = useState(false);

  useEffect(() => dialog.current?.showModal(), []);

  const answer = async (): Promise<void> => {
    setUnderway(true);
    setProblem(undefined);
    try {
      const told = Object.fromEntries(fields.map(([name]) => [name, Number(amounts[name])]));
      await carryOut({ reason: reason.trim(), choice, amounts: told });
      // The dialog itself is closed, not only taken away: it gives the focus back to where it was.
      dialog.current?.close();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setUnderway(false);
    }
  };

  return (
    <dialog ref={dialog} onClose={close} aria-labelledby={`${id}-title`}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void answer();
        }}
      >
        <h2 id={`${id}-title`}>{title}</h2>
        <div>{text}</div>
        {question.choice && (
          <label>
            {question.choice.label}
            <select value={choice} onChange={(event) => setChoice(event.target.value)}>
              {question.choice.options.map((option) => (
                <option key={option}>{option}</option>
              ))}
            </select>
          </label>
        )}
        {fields.map(([name, label]) => (
          <label key={name}>
            {label}
            <input
              type="number"
              min="0"
              step="any"
              required
              value={amounts[name] ?? ''}
              onChange={(event) => setAmounts({ ...amounts, [name]: event.target.value })}
            />
          </label>
        ))}
        {question.reason && (
          <label>
            {question.reason.label}
            <input value={reason} maxLength={500} required onChange={(event) => setReason(event.target.value)} />
          </label>
        )}
        {problem !== undefined && <p role="alert">{problem}</p>}
        <p className="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Leave it
          </button>
          <button type="submit" className={isDangerous ? 'danger' : 'primary'} disabled={isUnderway}>
            {act}
          </button>
        </p>
      </form>
    </dialog>
  );
}
