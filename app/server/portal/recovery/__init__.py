"""Lost identifiant, lost password: a code sent to a contact that the parent has confirmed lets him in."""
