import type { ReactElement } from 'react';

/** One of a few, all of them in sight. */
export function Choices<T extends string>({
  label,
  options,
  chosen,
  choose,
}: {
  readonly label: string;
  readonly options: readonly T[];
  readonly chosen: T | undefined;
  readonly choose: (option: T) => void;
}): ReactElement {
  return (
    <fieldset className="choices">
      <legend className="unseen">{label}</legend>
      {options.map((option) => (
        <button key={option} type="button" aria-pressed={option === chosen} onClick={() => choose(option)}>
          {option}
        </button>
      ))}
    </fieldset>
  );
}
