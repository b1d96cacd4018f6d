"""What a preview would change, in a reviewer's words: readers of Pulumi's logs -> ``model.Report`` -> renderers."""
