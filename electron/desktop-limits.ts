/** More windows are not opened: a page that was taken over could ask for any number. */
export const MOST_WINDOWS = 16;
