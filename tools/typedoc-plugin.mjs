// The API reference on one page: types of the CDK link to its own reference, and where a member is declared is left out.
import { MarkdownTheme, MarkdownThemeContext } from 'typedoc-plugin-markdown';

const CDK_REFERENCE = 'https://docs.aws.amazon.com/cdk/api/v2/docs';

export function load(app) {
  app.renderer.defineTheme('reference', ReferenceTheme);
  app.converter.addUnknownSymbolResolver((_reference, _from, _part, symbol) => symbol && addressOf(symbol));
}

class ReferenceTheme extends MarkdownTheme {
  getRenderContext(page) {
    const context = new MarkdownThemeContext(this, page, this.application.options);
    const nothing = () => '';
    Object.assign(context.partials, { hierarchy: nothing, inheritance: nothing });
    return context;
  }
}

/** A file of aws-cdk-lib is `core/lib/duration.d.ts` or `aws-sns/lib/topic-base.d.ts`. */
function addressOf({ packageName, packagePath, qualifiedName }) {
  const name = qualifiedName.split('.')[0];
  if (packageName === 'constructs') return `${CDK_REFERENCE}/constructs.${name}.html`;
  if (packageName !== 'aws-cdk-lib') return undefined;
  const [folder = ''] = packagePath.split('/');
  const names = folder === 'core' ? [name] : [folder.replaceAll('-', '_'), name];
  return `${CDK_REFERENCE}/${['aws-cdk-lib', ...names].join('.')}.html`;
}
