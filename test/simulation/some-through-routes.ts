import { apiDoor } from './api-door.ts';
import { type OpenDoor, plainDoor } from './door.ts';

/** The product's own routes in every so-manieth world: they cost five times as much. */
export const doorOf =
  (every: number) =>
  (seed: number): OpenDoor =>
    seed % every === 0 ? apiDoor : plainDoor;
