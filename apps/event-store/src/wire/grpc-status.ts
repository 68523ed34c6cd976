/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export const OK = 0;
export const UNKNOWN = 2;
export const INVALID_ARGUMENT = 3;
export const DEADLINE_EXCEEDED = 4;
export const PERMISSION_DENIED = 7;
export const RESOURCE_EXHAUSTED = 8;
export const FAILED_PRECONDITION = 9;
export const UNIMPLEMENTED = 12;
export const INTERNAL = 13;
export const UNAVAILABLE = 14;
export const UNAUTHENTICATED = 16;

/** Ends a call with a status; `trailers` carry EventStoreDB's `exception` and what it names. */
export class GrpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly trailers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'GrpcError';
  }
}

export function streamDeleted(streamName: string): GrpcError {
  return new GrpcError(FAILED_PRECONDITION, `Event stream '${streamName}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': streamName,
  });
}

export function appendTooLarge(bytesMax: number): GrpcError {
  return new GrpcError(INVALID_ARGUMENT, `Maximum Append Size of ${bytesMax} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(bytesMax),
  });
}

export function requiredMetadataMissing(name: string): GrpcError {
  return new GrpcError(INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}

export function accessDenied(code = PERMISSION_DENIED): GrpcError {
  return new GrpcError(code, 'Access Denied', { exception: 'access-denied' });
}
