/**
 * Asks Django through its own API, since what its commands print is for people, within `manage.py shell -c`, which knows the
 * settings of the project. Verb and arguments come as JSON text, which Python reads as a literal. Verified with Django 3.2;
 * MigrationLoader, MigrationExecutor and MigrationRecorder have the same shape up to 5.
 */
export function djangoScript(
  verb: string,
  args: Readonly<Record<string, string | boolean | readonly string[]>>,
): string {
  return `arguments = ${JSON.stringify(JSON.stringify({ verb, ...args }))}\n${body}`
}

const body = String.raw`
import json, sys
arguments = json.loads(arguments)

def vigie(arguments):
    import hashlib, inspect, io, os
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.recorder import MigrationRecorder
    verb = arguments['verb']

    def name_of(key):
        return key[0] + '.' + key[1]

    def key_of(name):
        return tuple(name.split('.', 1))

    executor = MigrationExecutor(connection)
    loader = executor.loader

    def plan_is(target, key, backwards):
        plan = [((one.app_label, one.name), back) for one, back in executor.migration_plan([target])]
        return plan == [(key, backwards)], plan

    def soft(key):
        migration = loader.get_migration(*key)
        if key in loader.applied_migrations:
            return False
        first = migration.initial or (migration.initial is None and not [one for one in migration.dependencies if one[0] == key[0]])
        if not first:
            return False
        try:
            return bool(executor.detect_soft_applied(None, migration)[0])
        except Exception:
            return False

    def folders():
        found = {}
        for app, module in [(app, loader.migrations_module(app)[0]) for app in loader.migrated_apps]:
            loaded = sys.modules.get(module)
            for path in getattr(loaded, '__path__', []):
                for file in os.listdir(path):
                    if file.endswith('.py'):
                        found[os.path.join(path, file)] = True
        return found

    if verb == 'list':
        recorded = {} if not MigrationRecorder(connection).has_table() else dict(
            ((row.app, row.name), row) for row in MigrationRecorder(connection).migration_qs.order_by('id'))
        order = [one for one, _ in executor.migration_plan(loader.graph.leaf_nodes(), clean_start=True)] \
            if not loader.detect_conflicts() else \
            [loader.graph.nodes[key] for key in sorted(loader.graph.nodes) if loader.graph.nodes[key] is not None]
        rows, shown = [], set()
        for migration in order:
            key = (migration.app_label, migration.name)
            shown.add(key)
            shown.update(tuple(one) for one in migration.replaces)
            file = inspect.getsourcefile(type(migration))
            with open(file, 'rb') as source:
                digest = hashlib.sha256(source.read()).hexdigest()
            row = recorded.get(key)
            rows.append({'id': name_of(key), 'applied': key in loader.applied_migrations, 'digest': digest,
                         'at': row.applied.isoformat() if row is not None else None,
                         'turn': row.pk if row is not None else None})
        lost = [key for key in recorded if key not in shown]
        replaced = set(tuple(one) for migration in loader.disk_migrations.values() for one in migration.replaces)
        lost = [key for key in lost if key not in replaced and key not in loader.disk_migrations]
        return {'rows': rows,
                'lost': [name_of(key) for key in lost if key[0] in loader.migrated_apps],
                'old': [name_of(key) for key in lost if key[0] not in loader.migrated_apps],
                'heads': [app + '.' + name for app, names in sorted(loader.detect_conflicts().items()) for name in sorted(names)]}
    if verb == 'soft':
        return {'ids': [name_of(key) for key in sorted(loader.graph.nodes) if soft(key)]}
    if verb == 'sql':
        key = key_of(arguments['id'])
        migration = loader.get_migration(*key)
        kinds = set()
        def walk(operations):
            for one in operations:
                kinds.add(type(one).__name__)
                walk(getattr(one, 'database_operations', []))
        walk(migration.operations)
        output = io.StringIO()
        try:
            call_command('sqlmigrate', key[0], key[1], stdout=output, no_color=True)
        except Exception as error:
            return {'none': type(error).__name__ + ': ' + str(error)[:300]}
        return {'sql': output.getvalue(), 'python': 'RunPython' if 'RunPython' in kinds else ''}
    if verb == 'apply':
        key = key_of(arguments['id'])
        right, plan = plan_is(key, key, False)
        if not right:
            return {'problem': 'failed', 'detail': 'it would do more than that one: ' + ', '.join(name_of(one) for one, _ in plan)}
        call_command('migrate', key[0], key[1], interactive=False, verbosity=0, stdout=io.StringIO())
        return {}
    if verb == 'revert':
        key = key_of(arguments['id'])
        parents = [one for one in loader.get_migration(*key).dependencies if one[0] == key[0]]
        target = (key[0], parents[0][1] if parents else None)
        right, plan = plan_is(target, key, True)
        if len(parents) > 1 or not right:
            return {'problem': 'failed', 'detail': 'it would take back more than that one: ' + ', '.join(name_of(one) for one, _ in plan)}
        call_command('migrate', key[0], target[1] or 'zero', interactive=False, verbosity=0, stdout=io.StringIO())
        return {}
    if verb == 'fake-initial':
        keys = [key_of(one) for one in arguments['ids']]
        if not keys or not all(soft(key) for key in keys):
            return {'problem': 'failed', 'detail': 'its tables are not there any more'}
        for key in keys:
            call_command('migrate', key[0], key[1], fake_initial=True, interactive=False, verbosity=0, stdout=io.StringIO())
        return {}
    if verb == 'create':
        before = folders()
        output = io.StringIO()
        if arguments['auto']:
            call_command('makemigrations', name=arguments['name'], interactive=False, stdout=output, no_color=True)
        else:
            call_command('makemigrations', arguments['app'], name=arguments['name'], empty=True, interactive=False, stdout=output, no_color=True)
        executor.loader.build_graph()
        return {'files': sorted(os.path.relpath(one) for one in folders() if one not in before)}
    return {'problem': 'failed', 'detail': 'no verb ' + verb}

def vigie_answer(arguments):
    try:
        return vigie(arguments)
    except ImportError as error:
        return {'problem': 'missing', 'detail': str(error)}
    except SystemExit as error:
        return {'problem': 'failed', 'detail': 'it needs an answer that nobody is there to give, such as a default for a new column (exit ' + str(error.code) + ')'}
    except Exception as error:
        names = [one.__name__ for one in type(error).__mro__]
        problem = 'database' if 'OperationalError' in names or 'InterfaceError' in names else 'failed'
        first = str(error).strip().splitlines() or ['']
        return {'problem': problem, 'detail': type(error).__name__ + ': ' + first[0][:400]}

sys.stdout.write('\nvigie-answer:' + json.dumps(vigie_answer(arguments)) + '\n')
sys.stdout.flush()
`
