/**
 * Asks Alembic through its own API, since what its commands print is for people. The answer is one line after a mark:
 * env.py may print too. It takes the ini file, the verb and its argument from its own arguments, never from the text.
 * Verified with Alembic 1.8.1; the API is documented at https://alembic.sqlalchemy.org/en/latest/api/.
 */
export const alembicScript = String.raw`
import hashlib, io, json, os, sys
mark = 'vigie-answer:'

def answer(value):
    sys.stdout.write('\n' + mark + json.dumps(value) + '\n')
    sys.stdout.flush()

def main():
    ini, verb, argument, more = sys.argv[1:5]
    sys.path.insert(0, os.getcwd())
    if not os.path.isfile(ini):
        return answer({'problem': 'failed', 'detail': 'no file ' + ini})
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    output = io.StringIO()
    config = Config(ini, output_buffer=output, stdout=io.StringIO())
    script = ScriptDirectory.from_config(config)
    if verb == 'list':
        current = []
        def look(rev, context):
            current.extend(context.get_current_heads())
            return []
        with EnvironmentContext(config, script, fn=look, dont_mutate=True):
            script.run_env()
        rows = []
        for one in script.walk_revisions():
            with open(one.path, 'rb') as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            down = one._all_down_revisions if hasattr(one, '_all_down_revisions') else one.down_revision
            downs = [] if not down else [down] if isinstance(down, str) else list(down)
            parents = one.down_revision
            parents = [] if not parents else [parents] if isinstance(parents, str) else list(parents)
            rows.append({'id': one.revision, 'name': one.doc or '', 'downs': downs, 'parents': parents, 'digest': digest})
        rows.reverse()
        answer({'rows': rows, 'heads': list(script.get_heads()), 'current': list(current)})
    elif verb == 'sql':
        revision = script.get_revision(argument)
        down = revision.down_revision
        if down is not None and not isinstance(down, str):
            return answer({'merge': True})
        try:
            command.upgrade(config, (down or 'base') + ':' + argument, sql=True)
        except Exception as error:
            return answer({'offline': type(error).__name__ + ': ' + str(error)})
        answer({'sql': output.getvalue()})
    elif verb == 'apply':
        command.upgrade(config, argument)
        answer({})
    elif verb == 'revert':
        command.downgrade(config, argument)
        answer({})
    elif verb == 'create':
        made = command.revision(config, message=argument, autogenerate=more == 'auto')
        made = made if isinstance(made, list) else [made]
        answer({'files': [os.path.relpath(one.path) for one in made if one]})
    else:
        answer({'problem': 'failed', 'detail': 'no verb ' + verb})

try:
    main()
except ImportError as error:
    answer({'problem': 'missing', 'detail': str(error)})
except SystemExit as error:
    answer({'problem': 'failed', 'detail': 'env.py ended the program: ' + str(error.code)})
except Exception as error:
    names = [one.__name__ for one in type(error).__mro__]
    problem = 'database' if 'OperationalError' in names or 'InterfaceError' in names else 'failed'
    first = str(getattr(error, 'orig', None) or error).strip().splitlines() or ['']
    answer({'problem': problem, 'detail': type(error).__name__ + ': ' + first[0][:400]})
`
