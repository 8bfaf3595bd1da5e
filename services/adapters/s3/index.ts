export { s3Client, type S3Place } from './client.ts';
export { type ObjectBucket, objectBucket, type ObjectBucketOptions } from './object-bucket.ts';
export { BucketSource, type BucketSourceOptions } from './bucket-source.ts';
export { readBucketNotice } from './bucket-notice.ts';
