/** The words that ship: enough to name and ask about the generated pictures of coloured shapes. Ids are places: only append. */

export const SHIPPED_WORDS = [
  'a an the of on in and with is are this that there it not no yes or',
  'photo picture image drawing background',
  'red green blue yellow orange purple pink brown black white grey cyan',
  'circle square triangle diamond star cross ring heart hexagon bar shape colour',
  'small large big little one two three four five many',
  'left right top bottom above below beside between centre',
  'what which where how who does do you see show describe answer question',
  'dog cat bird car house tree boat lake sun mountain water sky person',
  '. , ? ! :',
].join(' ');
