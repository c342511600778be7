import { Component, type ReactElement, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
}

/** A view that breaks takes nothing else with it: the head, and the switch that halts, stay. */
export class Boundary extends Component<Props, { readonly problem: string | undefined }> {
  override state = { problem: undefined as string | undefined };

  static getDerivedStateFromError(error: unknown): { readonly problem: string } {
    return { problem: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactElement | ReactNode {
    if (this.state.problem === undefined) return this.props.children;
    return (
      <section className="alarm">
        <h2>This view failed</h2>
        <p role="alert">{this.state.problem}</p>
        <p>The other views go on, and so does the bot. Loading the page anew may help.</p>
      </section>
    );
  }
}
