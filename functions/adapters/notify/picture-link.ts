/**
 * Puts pictures where Slack can fetch them: a private bucket, a key that nobody can guess, and a
 * presigned link. The link asks for 7 days, the most that S3 gives, but holds only as long as the
 * credentials that signed it: those of a Lambda role end after some hours, and AWS promises no
 * certain time (https://repost.aws/knowledge-center/presigned-url-s3-bucket-expiration). Slack
 * fetches the picture when the message arrives and shows its own copy from then on, so the message
 * keeps its picture; the link in it, opened by hand later, answers that it has expired.
 */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Ids, Log } from '../../core/ports.ts';

/** Links to pictures. */
export interface PictureLinks {
  /** Stores a PNG and links to it; undefined when that fails: the message goes without. */
  linkTo(picture: Uint8Array): Promise<string | undefined>;
}

/** The folder of the bucket that the function may write to; the bucket forgets it after some days. */
export const PICTURE_PREFIX = 'pictures/';

const LINK_SECONDS = 7 * 24 * 3_600;

/** Where pictures go. */
export interface PictureOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly ids: Ids;
  readonly log: Log;
}

/** Links to pictures in a bucket. */
export function pictureLinks({ client, bucket, ids, log }: PictureOptions): PictureLinks {
  return {
    async linkTo(picture) {
      // 122 random bits (RFC 9562, 5.4): who has no link finds nothing.
      const object = { Bucket: bucket, Key: `${PICTURE_PREFIX}${ids.uuid()}.png` };
      try {
        await client.send(
          new PutObjectCommand({ ...object, Body: picture, ContentType: 'image/png' }),
        );
        return await getSignedUrl(client, new GetObjectCommand(object), {
          expiresIn: LINK_SECONDS,
        });
      } catch (error) {
        log.warn('picture-not-stored', { error: String(error) });
        return undefined;
      }
    },
  };
}
