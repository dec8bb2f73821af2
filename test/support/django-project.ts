import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const manage = `import os, sys
if __name__ == '__main__':
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
`

const settings = `import os
from urllib.parse import urlparse
url = urlparse(os.environ['DATABASE_URL'])
SECRET_KEY = 'only for tests'
INSTALLED_APPS = ['shop']
USE_TZ = True
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': url.path[1:], 'USER': url.username,
    'PASSWORD': url.password, 'HOST': url.hostname, 'PORT': url.port}}
print('this application prints when it is loaded')
`

/** A project as teams have it, with one application, `shop`, and no migration yet. */
export function writeDjangoProject(dir: string): void {
  mkdirSync(join(dir, 'shop', 'migrations'), { recursive: true })
  for (const file of ['shop/__init__.py', 'shop/migrations/__init__.py']) writeFileSync(join(dir, file), '')
  writeFileSync(join(dir, 'manage.py'), manage)
  writeFileSync(join(dir, 'settings.py'), settings)
  writeDjangoModel(dir, [])
}

/** What the application says its table has beside its id, such as `note = models.TextField(null=True)`. */
export function writeDjangoModel(dir: string, fields: readonly string[]): void {
  const body = ['id = models.AutoField(primary_key=True)', ...fields].map((line) => `    ${line}`).join('\n')
  writeFileSync(join(dir, 'shop', 'models.py'), `from django.db import models\nclass Booking(models.Model):\n${body}\n`)
}

/** A migration that the test writes itself. */
export function writeDjangoMigration(dir: string, name: string, after: string, operation: string, more = ''): void {
  writeFileSync(
    join(dir, 'shop', 'migrations', `${name}.py`),
    `from django.db import migrations, models\n${more}\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '${after}')]\n    operations = [${operation}]\n`,
  )
}
