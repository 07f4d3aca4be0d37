package sandbox_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

type props = provider.Props

// No property is accepted and ignored. The test changes every input of every type that a program may create, at any
// depth, in a valid resource (walk_examples_test.go). Either the plan shows the change, and the world holds the new
// value after it. Or the change is refused by a text that names the property or the value.
func TestNoInputIsIgnored(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	for _, token := range w.account.Table.Tokens() {
		typ := w.account.Table[token]
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			examples := w.examples[token]
			require.NotEmpty(t, examples, "%s has no example: add a step that creates a valid one to walkSteps", token)
			for _, path := range inputPaths(typ.Inputs, nil) {
				if problem := w.property(t, typ, examples, path); problem != "" {
					t.Errorf("%s: %s", path, problem)
				}
			}
		})
	}
}

// walk is an account with all examples, and a copy of the world before and after each was created.
type walk struct {
	account  *sandboxtest.Account
	examples map[string][]example
}

// example is one valid resource. Its worlds are directories.
type example struct {
	*sandboxtest.Resource
	inputs        props
	before, after string
}

func newWalk(tb testing.TB) *walk {
	tb.Helper()
	w := &walk{account: sandboxtest.New(tb), examples: map[string][]example{}}
	root := tb.TempDir()
	snapshot := func(i int) string {
		dir := filepath.Join(root, strconv.Itoa(i))
		require.NoError(tb, os.CopyFS(dir, os.DirFS(w.account.Dir)))
		return dir
	}
	before := snapshot(0)
	for i, step := range walkSteps() {
		in := w.resolve(step.Inputs).(props)
		require.NoError(tb, w.account.Make(step.Token, step.Name, in), step.Name)
		after := snapshot(i + 1)
		w.examples[step.Token] = append(w.examples[step.Token], example{w.account.Got(step.Name), in, before, after})
		before = after
	}
	return w
}

var embedded = regexp.MustCompile(`\$\{[^}]+\}`)

// made returns the value that "name", "name.property" or a deeper path such as "name.list.0.property" stands for.
func (w *walk) made(text string) any {
	name, path, deep := strings.Cut(text, ".")
	switch r := w.account.Got(name); {
	case r == nil:
		return "missing-" + text
	case !deep:
		return r.ID
	default:
		return get(r.State, strings.Split(path, "."))
	}
}

// resolve replaces "$name.path", and "${name.path}" inside texts.
func (w *walk) resolve(v any) any {
	switch v := v.(type) {
	case string:
		if name, ok := strings.CutPrefix(v, "$"); ok && !strings.HasPrefix(v, "${") {
			return w.made(name)
		}
		return embedded.ReplaceAllStringFunc(v, func(s string) string { return fmt.Sprint(w.made(s[2 : len(s)-1])) })
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = w.resolve(v[i])
		}
		return out
	case map[string]any:
		out := props{}
		for name := range v {
			out[name] = w.resolve(v[name])
		}
		return out
	default:
		return v
	}
}

// property changes one property in each example until a change is seen. It returns what is wrong, or "".
func (w *walk) property(t *testing.T, typ *facts.Type, examples []example, path inputPath) string {
	t.Helper()
	key := typ.Token + "." + strings.ReplaceAll(path.String(), ".0", "")
	p := propertyAt(typ.Inputs, path)
	refused, problem := false, "no value to change it to; add one to walkValues as "+key
	for _, e := range examples {
		old := get(e.State, path)
		if old == nil {
			old = get(e.inputs, path)
		}
		values := w.values(p, old)
		if given, ok := walkValues[key]; ok {
			values = w.resolve(given).([]any)
		}
		for _, value := range values {
			if same(old, value) {
				continue
			}
			base := w.with(e.inputs, walkWith[key])
			in := w.set(typ.Inputs, base, path, inputPath{typ.Token}, value).(props)
			seen, refusal, err := w.try(t, typ, e, path[0], in)
			switch {
			case seen:
				return ""
			case err != "":
				problem = fmt.Sprintf("changed from %v to %v: %s", old, value, err)
				if strings.HasPrefix(err, "ignored") {
					return problem
				}
			case accepted(p, key, refusal, path, value):
				refused = true
			default:
				problem = fmt.Sprintf("changed from %v to %v: refused: %s", old, value, refusal)
			}
		}
	}
	if refused {
		return ""
	}
	return problem
}

// accepted reports whether a refusal is correct for a property. Either the property has one allowed value and the
// refusal names it, or walkRefusals says that no change is possible, and lists the text.
func accepted(p *facts.Property, key, refusal string, path inputPath, value any) bool {
	text, listed := walkRefusals[key]
	return listed && strings.Contains(refusal, text) || len(p.Enum) == 1 && names(refusal, path, value)
}

// with changes inputs. A nil value unsets an input.
func (w *walk) with(in, change props) props {
	in = maps.Clone(in)
	for name, v := range w.resolve(change).(props) {
		if in[name] = v; v == nil {
			delete(in, name)
		}
	}
	return in
}

// names reports whether a refusal mentions the property or the value.
func names(refusal string, path inputPath, value any) bool {
	words := []string{path[len(path)-1], path[0], fmt.Sprint(value)}
	if list, ok := value.([]any); ok && len(list) > 0 {
		words = append(words, fmt.Sprint(list[len(list)-1]))
	}
	return slices.ContainsFunc(words, func(word string) bool {
		return word != "" && regexp.MustCompile(`(?i)(^|\W)`+regexp.QuoteMeta(word)+`(\W|$)`).MatchString(refusal)
	})
}

// try makes one change: in place, or by creating the resource again in the world without the example. seen reports that
// the plan shows the change and the world holds it.
func (w *walk) try(t *testing.T, typ *facts.Type, e example, top string, in props) (
	seen bool, refusal, problem string,
) {
	t.Helper()
	checked, failures, err := w.account.Check(typ.Token, e.URN, e.Inputs, in, nil)
	require.NoError(t, err)
	if len(failures) > 0 {
		return false, fmt.Sprint(failures), ""
	}
	changes, _, err := w.account.Diff(typ.Token, e.State, checked)
	require.NoError(t, err)
	of := slices.DeleteFunc(slices.Clone(changes), func(c provider.Change) bool {
		first, _, _ := strings.Cut(c.Path, ".")
		first, _, _ = strings.Cut(first, "[")
		return first != top
	})
	if len(of) == 0 {
		if same(get(e.State, []string{top}), checked[top]) {
			return false, "", "no change"
		}
		return false, "", "ignored: the plan has no change"
	}
	defer func() {
		if r := recover(); r != nil {
			problem = fmt.Sprintf("panicked: %v", r)
		}
	}()
	replaces := slices.ContainsFunc(changes, func(c provider.Change) bool { return c.Replaces })
	engine := w.engine(t, e, replaces)
	id, state := e.ID, props(nil)
	if replaces {
		id, state, err = engine.Create(typ.Token, e.URN, checked, false)
	} else {
		state, err = engine.Update(typ.Token, e.ID, e.State, checked, false)
	}
	if err != nil {
		return false, err.Error(), ""
	}
	_, held, err := engine.Read(typ.Token, id, checked, state)
	require.NoError(t, err)
	left, _, err := engine.Diff(typ.Token, held, checked)
	require.NoError(t, err)
	if held == nil || len(left) > 0 {
		return false, "", fmt.Sprintf("ignored: the world does not hold it afterwards: %v", left)
	}
	return true, "", ""
}

func same(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// engine acts on a copy of the example's world.
func (w *walk) engine(t *testing.T, e example, before bool) *provider.Engine {
	t.Helper()
	from, dir := e.after, t.TempDir()
	if before {
		from = e.before
	}
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	world, err := sandbox.Open(dir)
	require.NoError(t, err)
	engine := *w.account.Engine
	engine.World = world.World
	return &engine
}
