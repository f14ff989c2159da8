// Checks the links of the documents: files, headings and pictures, also in addresses of this repository.
import { readFileSync } from 'node:fs';
import remarkGfm from 'remark-gfm';
import remarkValidateLinks from 'remark-validate-links';

const { repository } = JSON.parse(readFileSync('package.json', 'utf8'));

export default { plugins: [remarkGfm, [remarkValidateLinks, { repository: repository.url, root: '.' }]] };
