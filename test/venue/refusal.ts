/** What was asked of a venue cannot be done; the message is a sentence for whoever asked. Anything else that is thrown is a defect. */
export class VenueRefusal extends Error {}
