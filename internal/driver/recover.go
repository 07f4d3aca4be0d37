package driver

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	pkgresource "github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// recover settles the operations that a killed run left pending in the state. Resources that it created are added to
// the state: the world records which URN created which resource. Resources that it changed or deleted are read back.
func (o *operation) recover(ctx context.Context) error {
	if o.snapshot == nil || len(o.snapshot.PendingOperations) == 0 {
		return nil
	}
	stale, err := o.settle()
	if err != nil {
		return err
	}
	if err := o.state.saveSnapshot(ctx, o.snapshot); err != nil || len(stale) == 0 {
		return err
	}
	o.snapshot.PendingOperations = nil // The file keeps them until the refresh has read the resources back.
	var shown bytes.Buffer
	if _, _, err := o.do(ctx, step{kind: apitype.RefreshUpdate, targets: stale, view: view{to: &shown}}); err != nil {
		_, _ = o.Log.Write(shown.Bytes())
		return fmt.Errorf("read what a killed run changed: %w", err)
	}
	if o.snapshot, err = o.state.load(ctx); err != nil {
		return err
	}
	o.snapshot.PendingOperations = nil
	return o.state.saveSnapshot(ctx, o.snapshot)
}

// settle removes the pending operations that need no refresh from the state. It returns the URNs of the resources whose
// state may be out of date.
func (o *operation) settle() (stale []resource.URN, err error) {
	var open []pkgresource.Operation
	for _, pending := range o.snapshot.PendingOperations {
		urn := pending.Resource.URN
		name := string(urn.Type()) + " " + urn.Name()
		switch pending.Type {
		case pkgresource.OperationTypeCreating:
			if err := o.completeCreation(pending.Resource, name); err != nil {
				return nil, err
			}
		case pkgresource.OperationTypeUpdating, pkgresource.OperationTypeDeleting:
			fmt.Fprintf(o.Log, "the last run was killed while it was %s %s: reading its state back\n", pending.Type, name)
			if !slices.ContainsFunc(o.snapshot.Resources, func(r *pkgresource.State) bool { return r.URN == urn }) {
				continue // An earlier recovery, killed before it ended, has found it deleted.
			}
			stale, open = append(stale, urn), append(open, pending)
		case pkgresource.OperationTypeReading, pkgresource.OperationTypeImporting:
			// Nothing was changed.
		}
	}
	o.snapshot.PendingOperations = open
	return stale, nil
}

// completeCreation adds a resource to the state if the killed run created it: the engine did not learn the outcome.
func (o *operation) completeCreation(pending *pkgresource.State, name string) error {
	if !pending.Custom {
		return nil
	}
	id, found, err := o.Created(o.Project.Region(), string(pending.URN))
	if err != nil {
		return err
	}
	outputs := resource.NewPropertyMapFromMap(found)
	if found == nil || slices.ContainsFunc(o.snapshot.Resources, func(r *pkgresource.State) bool {
		return holds(r, pending.URN, resource.ID(id), outputs)
	}) {
		fmt.Fprintf(o.Log, "the last run was killed while it created %s: nothing was created\n", name)
		return nil
	}
	fmt.Fprintf(o.Log, "the last run was killed while it created %s: it exists as %s and was added to the state\n",
		name, id)
	kept := make([]*pkgresource.State, 0, len(o.snapshot.Resources)+1)
	for _, r := range o.snapshot.Resources {
		if r.URN == pending.URN && r.PendingReplacement {
			continue // It was deleted before its replacement was created.
		}
		if r.URN == pending.URN {
			r.Delete = true
		}
		kept = append(kept, r)
	}
	pending.ID, pending.Outputs = resource.ID(id), outputsOf(pending, outputs)
	o.snapshot.Resources = append(kept, pending)
	return nil
}

// holds reports whether r already is the resource that was found: then it is an earlier one of the same name.
func holds(r *pkgresource.State, urn resource.URN, id resource.ID, found resource.PropertyMap) bool {
	return r.URN == urn && !r.PendingReplacement && r.ID == id && r.Outputs["arn"].DeepEquals(found["arn"])
}

// outputsOf returns the outputs that were found, except that secrets come from the inputs: Created returns no secrets.
func outputsOf(pending *pkgresource.State, found resource.PropertyMap) resource.PropertyMap {
	outputs := pending.Inputs.Copy()
	delete(outputs, "__defaults")
	for name, v := range found {
		if !outputs[name].IsSecret() {
			outputs[name] = v
		}
	}
	return outputs
}
