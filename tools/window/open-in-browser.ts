import open from 'open';

/** Opens a page in the browser. Not every machine has one; whoever reads the page's address can open it. */
export async function openInBrowser(url: string): Promise<void> {
  (await open(url)).on('error', (error) => console.error(`No browser was opened: ${error.message}`));
}
