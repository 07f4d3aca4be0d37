package sandbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// Everything can be imported by the real provider's import id alone. The inputs that an import returns are a program
// that changes nothing. The program that created the resource changes only what AWS does not know. What the real
// provider cannot import is refused.
func TestEverythingIsImported(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	for _, token := range w.account.Table.Tokens() {
		typ := w.account.Table[token]
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			for _, e := range w.examples[token] {
				if typ.Stateless || typ.ImportID == facts.NoImport {
					_, _, _, err := w.account.Import(token, e.ID)
					require.ErrorContains(t, err, "import")
					require.ErrorContains(t, err, token)
					continue
				}
				w.imported(t, typ, e)
			}
		})
	}
}

// imported imports an example from a world in which the properties that AWS does not know have other values.
func (w *walk) imported(t *testing.T, typ *facts.Type, e example) {
	t.Helper()
	engine := w.engine(t, e, false)
	var id string
	for _, o := range engine.World.All() {
		if o.Type != typ.Token || o.ID != e.ID && (typ.Key == "" || o.ID != e.State[typ.Key]) {
			continue
		}
		id = engine.ImportID(o)
		for name, p := range typ.Inputs {
			if p.Local {
				o.Props[name] = w.values(p, p.Default)[0]
			}
		}
		engine.World.Put(o)
	}
	pulumiID, in, state, err := engine.Import(typ.Token, id)
	require.NoError(t, err)
	require.Equal(t, e.ID, pulumiID, "imported by %s", id)
	for name, p := range typ.Inputs {
		if p.Local {
			require.Equal(t, fmt.Sprint(p.Default), fmt.Sprint(state[name]), "%s is the provider's default", name)
		}
	}
	require.Empty(t, sandboxtest.Plan(t, engine, e.Resource, state, in), "the program that the import returned")
	for _, c := range sandboxtest.Plan(t, engine, e.Resource, state, e.Inputs) {
		top, _, _ := strings.Cut(c.Path, ".")
		require.True(t, typ.Inputs[top].Local, "the program that created it would change %s", c.Path)
	}
}
