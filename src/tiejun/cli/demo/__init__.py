"""The demo company: founded, staffed and lived through its days by the product's own actions, from one seed."""
